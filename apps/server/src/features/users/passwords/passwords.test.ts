import { describe, expect, test } from "vitest";

import { checkNewPassword, createLine, hashPassword, isOutdatedHash, verifyPassword } from "./passwords.ts";

const PASSWORD = "seven quiet tally sticks";
const ANA = { email: "ana.lopez@lender.example" };

describe("a stored password", () => {
  test("is argon2id with a salt of its own and OWASP's parameters, and opens to the password alone", async () => {
    const [first, second] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(second).not.toBe(first);
    expect(await verifyPassword(first, PASSWORD)).toBe(true);
    expect(await verifyPassword(first, `${PASSWORD} `)).toBe(false);
    expect(isOutdatedHash(first)).toBe(false);
    expect(isOutdatedHash(first.replace("m=19456", "m=4096"))).toBe(true);
  });

  test("is the same from keyboards that compose letters differently", async () => {
    const stored = await hashPassword("caf\u00e9 caf\u00e9 caf\u00e9");
    expect(await verifyPassword(stored, "cafe\u0301 cafe\u0301 cafe\u0301")).toBe(true);
  });

  test("that does not exist fits nothing, not even what the comparison is made with", async () => {
    expect(await verifyPassword(null, "the password of nobody at all")).toBe(false);
  });

  test("is checked for everybody in a flood, each with the right answer", async () => {
    const stored = await hashPassword(PASSWORD);
    const wishes = Array.from({ length: 24 }, (_, i) => i % 3 === 0);
    const answers = await Promise.all(
      wishes.map((right) => verifyPassword(stored, right ? PASSWORD : "something else")),
    );
    expect(answers).toEqual(wishes);
  });
});

describe("a new password", () => {
  test.each([
    PASSWORD,
    "пять слов и ни одной цифры",
    "ana.lopez likes tall trees",
    "🌳🌲🌴🌵🌾🌿🍀🍁🍂🍃🌷🌹",
    `${PASSWORD}, ${"and words ".repeat(30)}`,
  ])("may be %j", (password) => expect(() => checkNewPassword(password, ANA)).not.toThrow());

  test.each([
    ["short", "elevenchars"],
    ["counted in letters, not bytes", "🌳🌲🌴🌵🌾🌿"],
    ["too long", "ab cd ".repeat(200)],
    ["a common one", "Password!2024"],
    ["a row of keys", "qwertyuiop123"],
    ["a few characters over and over", "abababababab"],
    ["one character", "............"],
    ["the own address", "ana.lopez@lender.example"],
    ["the own name in the address with digits", "ana.lopez1990"],
  ])("is refused when it is %s", (_what, password) => {
    expect(() => checkNewPassword(password, ANA)).toThrow(expect.objectContaining({ code: "password_weak" }));
  });
});

describe("the line of passwords to check", () => {
  /** Work that ends when it is told to. */
  function gates() {
    const started: string[] = [];
    const open = new Map<string, () => void>();
    const work = (name: string) => async () => {
      started.push(name);
      await new Promise<void>((resolve) => open.set(name, resolve));
      return name;
    };
    return { started, work, end: (name: string) => open.get(name)?.() };
  }

  test("works at a few at once, lets those who are known go first, and sends strangers away when it is long", async () => {
    const { started, work, end } = gates();
    const inLine = createLine({ atOnce: 1, maxWaiting: 2 });
    const first = inLine(work("first"));
    const strangers = [inLine(work("stranger 1")), inLine(work("stranger 2"))];
    await expect(inLine(work("stranger 3"))).rejects.toMatchObject({ code: "unavailable" });
    const known = inLine(work("known"), { isFirst: true });
    end("first");
    await first;
    await Promise.resolve();
    expect(started).toEqual(["first", "known"]);
    end("known");
    await known;
    await Promise.resolve();
    end("stranger 1");
    await strangers[0];
    await Promise.resolve();
    end("stranger 2");
    await strangers[1];
    expect(started).toEqual(["first", "known", "stranger 1", "stranger 2"]);
  });

  test("goes on after work that failed", async () => {
    const inLine = createLine({ atOnce: 1, maxWaiting: 1 });
    const failing = inLine(async () => Promise.reject(new Error("broken")));
    const next = inLine(async () => "done");
    await expect(failing).rejects.toThrow("broken");
    expect(await next).toBe("done");
    expect(await inLine(async () => "again")).toBe("again");
  });
});
