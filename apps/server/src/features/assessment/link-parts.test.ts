import { describe, expect, test } from "vitest";

import { codeIn, linkIn, tokenIn } from "./link-parts.ts";

const CODE = "7k3m9x2q4w8z";
const TOKEN = "eyJhbGci.eyJ1aWQi.Ab-_9";

describe("a code in an address", () => {
  test.each([
    CODE,
    `${CODE})`,
    `${CODE}.`,
    `${CODE}…`,
    `<${CODE}>`,
    `“${CODE}”,`,
    `*${CODE}*`,
    `${CODE}\u200b `,
    "7K3M9X2Q4W8Z",
  ])("is found in %s", (secret) => {
    expect(codeIn(secret)).toBe(CODE);
  });

  test.each(["", "…", `${CODE} or ${CODE}`, `${CODE}.Thanks`, `${CODE}é`, "\0", "a".repeat(41)])(
    "is not guessed from %j",
    (secret) => {
      expect(codeIn(secret)).toBeNull();
    },
  );
});

test("a token loses what follows its last sign, and nothing else", () => {
  for (const tail of ["", ")", ".", "…", ">).", '"']) expect(tokenIn(TOKEN + tail)).toBe(TOKEN);
  expect(tokenIn("eyJ.a")).toBe("eyJ.a");
});

describe("what staff type or scan", () => {
  test.each([
    CODE,
    "7K3M 9X2Q 4W8Z",
    "7k3m-9x2q–4w8z ",
    `https://play.example/a/${CODE}`,
    `https://play.example/a/${CODE}).`,
    `play.example/a/${CODE}/?utm=1#x`,
    ` HTTPS://PLAY.EXAMPLE/A/${CODE.toUpperCase()}\n`,
  ])("%j is the code", (text) => {
    expect(linkIn(text)).toEqual({ door: "code", secret: CODE });
  });

  test("letters taken for digits are the digits", () => {
    expect(linkIn("OIL000000000")).toEqual({ door: "code", secret: "011000000000" });
  });

  test("a link with a token is the token", () => {
    for (const text of [TOKEN, `https://x.example/psychometrics/${TOKEN}.`, `https://x.example/${TOKEN}`]) {
      expect(linkIn(text)).toEqual({ door: "token", secret: TOKEN });
    }
  });

  test("nothing is nothing", () => {
    for (const text of ["", "  ", "https://", "…", "/"]) expect(linkIn(text)).toBeNull();
  });
});
