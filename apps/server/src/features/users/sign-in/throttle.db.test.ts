import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openDatabase } from "../../../infra/database.ts";
import { UNLIMITED, testLender, type TestLender } from "../../../testing/lender.ts";
import { sweepAll } from "./housekeeping.ts";
import { networkOf, takeTry, triesFromOutside } from "./throttle.ts";
import { knownPerson, PASSWORD } from "../testing/account.ts";
import { outcome, post } from "../testing/team.ts";

let lender: TestLender;
let companyId: string;
beforeAll(async () => {
  lender = await testLender({ ...UNLIMITED, config: { ...UNLIMITED.config, trustProxyHops: 1 } });
  ({ companyId } = lender.deployment);
});
afterAll(() => lender.close());

let addresses = 0;
function freshAddress(): string {
  addresses += 1;
  return `203.0.113.${addresses}`;
}

interface From {
  readonly address: string;
  readonly cookie?: string;
}

async function attempt(email: string, password: string, { address, cookie = "" }: From) {
  return post(lender.app, "/beacon/api/sign-in", { email, password }, { "x-forwarded-for": address, cookie });
}

/** Outcomes of `times` wrong passwords, one after the other. */
async function guess(email: string, times: number, from: From): Promise<readonly unknown[]> {
  const codes = [];
  for (let i = 0; i < times; i++) codes.push(outcome(await attempt(email, `guess number ${i}`, from))[1]);
  return codes;
}

/** The cookie by which the person's browser is known after a sign-in. */
async function knownCookie(email: string): Promise<string> {
  const answer = await attempt(email, PASSWORD, { address: freshAddress() });
  return ([answer.headers["set-cookie"]].flat()[1] ?? "").split(";")[0] ?? "";
}

/** Fills a bucket as if so many failures had happened, without the time they take. */
async function failBefore(emailKey: string, times: number, origins: (i: number) => string): Promise<void> {
  for (let i = 0; i < times; i++) {
    await takeTry(
      lender.deps,
      triesFromOutside(lender.deps, { what: "password", emailKey, browser: null, origin: origins(i) }),
    );
  }
}

/** The clock of a slow machine must not let anybody in again before the question is asked. */
async function holdBlocks(): Promise<void> {
  await lender.deps.db.query(
    "UPDATE sign_in_throttle SET blocked_until = blocked_until + interval '1 minute' WHERE blocked_until IS NOT NULL",
  );
}

describe("who guesses from one address", () => {
  test("has five tries, then waits longer each time", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const from = { address: freshAddress() };
    expect(await guess(ana.email, 7, from)).toEqual([...Array(6).fill("sign_in_failed"), "sign_in_throttled"]);
    const answer = await attempt(ana.email, PASSWORD, from);
    expect(outcome(answer)).toEqual([429, "sign_in_throttled"]);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    await lender.deps.db.query("UPDATE sign_in_throttle SET blocked_until = now()");
    await guess(ana.email, 1, from);
    const [row] = await lender.deps.db.query<{ wait: number }>(
      "SELECT max(extract(epoch FROM blocked_until - now()))::float8 AS wait FROM sign_in_throttle",
    );
    expect(row?.wait).toBeGreaterThan(2);
    expect(row?.wait).toBeLessThanOrEqual(4);
  });

  test("waits no longer than a quarter of an hour, however often they failed", async () => {
    const email = "far-gone@lender.example";
    const address = freshAddress();
    await failBefore(email, 1, () => address);
    await lender.deps.db.query("UPDATE sign_in_throttle SET failures = 1000000, blocked_until = NULL");
    await failBefore(email, 1, () => address);
    const [row] = await lender.deps.db.query<{ wait: number }>(
      "SELECT max(extract(epoch FROM blocked_until - now()))::float8 AS wait FROM sign_in_throttle",
    );
    expect(row?.wait).toBeGreaterThan(890);
    expect(row?.wait).toBeLessThanOrEqual(900);
    await lender.deps.db.query("DELETE FROM sign_in_throttle");
  });

  test("is slowed down alike whether the address has an account or not", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const existing = await guess(ana.email, 7, { address: freshAddress() });
    expect(await guess("nobody@lender.example", 7, { address: freshAddress() })).toEqual(existing);
  });

  test("can not send a hundred tries at once past the count", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const from = { address: freshAddress() };
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => attempt(ana.email, `guess ${i}`, from)));
    const letIn = answers.map(outcome).filter(([, code]) => code === "sign_in_failed").length;
    expect(letIn).toBeGreaterThanOrEqual(6);
    // On a slow machine the two seconds of the first wait may pass before the last one asks.
    expect(letIn).toBeLessThanOrEqual(8);
  });

  test("is counted by all processes together", async () => {
    const other = openDatabase({ connection: lender.connection, role: "tallystick_app", poolSize: 4 });
    const origin = freshAddress();
    const tries = triesFromOutside(lender.deps, { what: "password", emailKey: "two@x.example", browser: null, origin });
    const both = [lender.deps, { ...lender.deps, db: other }];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async (_, i) =>
        takeTry(both[i % 2] ?? lender.deps, tries).then(
          () => "let in",
          () => "refused",
        ),
      ),
    );
    const letIn = outcomes.filter((text) => text === "let in").length;
    expect(letIn).toBeGreaterThanOrEqual(6);
    expect(letIn).toBeLessThanOrEqual(8);
    await other.close();
  });
});

describe("the owner, while others guess", () => {
  test("signs in from their own address as if nothing were", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    await guess(ana.email, 7, { address: freshAddress() });
    expect((await attempt(ana.email, PASSWORD, { address: freshAddress() })).statusCode).toBe(200);
  });

  test("signs in from a browser of theirs even when the guesses come from everywhere, their own address included", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const cookie = await knownCookie(ana.email);
    const office = freshAddress();
    await failBefore(ana.email, 51, (i) => `198.51.100.${i}`);
    await holdBlocks();
    expect(outcome(await attempt(ana.email, PASSWORD, { address: freshAddress() }))[1]).toBe("sign_in_throttled");
    await guess(ana.email, 1, { address: office });
    expect((await attempt(ana.email, PASSWORD, { address: office, cookie })).statusCode).toBe(200);
  });

  test("has ten tries of their own in a browser of theirs, and a success makes them ten again", async () => {
    const ana = await knownPerson(lender.deps, companyId);
    const from = { address: freshAddress(), cookie: await knownCookie(ana.email) };
    expect(await guess(ana.email, 8, from)).toEqual(Array(8).fill("sign_in_failed"));
    expect((await attempt(ana.email, PASSWORD, from)).statusCode).toBe(200);
    expect(await guess(ana.email, 12, from)).toEqual([...Array(11).fill("sign_in_failed"), "sign_in_throttled"]);
  });

  test("is not known by another person's cookie, nor by a made-up one", async () => {
    const [ana, ben] = [await knownPerson(lender.deps, companyId), await knownPerson(lender.deps, companyId)];
    const own = await knownCookie(ana.email);
    for (const cookie of [own, own.replace(/.$/, (last) => (last === "0" ? "1" : "0"))]) {
      const address = freshAddress();
      await failBefore(ben.email, 6, () => address);
      await holdBlocks();
      expect(outcome(await attempt(ben.email, PASSWORD, { address, cookie }))[1]).toBe("sign_in_throttled");
    }
  });
});

describe("an address", () => {
  test("that tries many accounts is slowed down altogether, and an own account in between washes nothing away", async () => {
    const address = freshAddress();
    const ana = await knownPerson(lender.deps, companyId);
    for (let i = 0; i < 50; i++) {
      await failBefore(`sprayed-${i}@lender.example`, 1, () => address);
      if (i % 10 === 9) expect((await attempt(ana.email, PASSWORD, { address })).statusCode).toBe(200);
    }
    await failBefore("sprayed-last@lender.example", 1, () => address);
    await holdBlocks();
    expect(outcome(await attempt("sprayed-more@lender.example", "x", { address }))[1]).toBe("sign_in_throttled");
    expect((await attempt(ana.email, PASSWORD, { address: freshAddress() })).statusCode).toBe(200);
  });

  test.each([
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", networkOf("2001:db8:1:2::1")],
    ["not an address", "unknown"],
  ])("is what its owner has to have: %s", (origin, network) => {
    expect(networkOf(origin)).toBe(network);
  });

  test("of another IPv6 network is another", () => {
    expect(networkOf("2001:db8:1:2::1")).not.toBe(networkOf("2001:db8:1:3::1"));
  });
});

describe("failures", () => {
  test("are forgotten after a day, and the sweep takes them away", async () => {
    const address = freshAddress();
    await failBefore("yesterday@lender.example", 6, () => address);
    await lender.deps.db.query(
      "UPDATE sign_in_throttle SET updated_at = now() - interval '25 hours', blocked_until = NULL",
    );
    await expect(failBefore("yesterday@lender.example", 5, () => address)).resolves.toBeUndefined();
    await lender.deps.db.query("UPDATE sign_in_throttle SET updated_at = now() - interval '25 hours'");
    await failBefore("today@lender.example", 1, freshAddress);
    await sweepAll(lender.deps);
    const rows = await lender.deps.db.query("SELECT throttle_key FROM sign_in_throttle");
    expect(rows).toHaveLength(3);
  });

  test("stand in the table under keyed hashes: neither address nor account can be read from it", async () => {
    await failBefore("hidden@lender.example", 1, () => "192.0.2.99");
    const rows = await lender.deps.db.query<{ row: string }>("SELECT t::text AS row FROM sign_in_throttle t");
    expect(rows.map(({ row }) => row).join()).not.toMatch(/hidden|192\.0\.2/);
  });
});
