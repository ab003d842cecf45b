import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LANGUAGE_CODES, LANGUAGES } from "@tallystick/contract";
import { expect, test } from "vitest";

test("the guide lists the languages of the table, and says of each whether a native reader has read it", () => {
  const guide = readFileSync(join(import.meta.dirname, "guides", "languages.md"), "utf8");
  const rows = [...guide.matchAll(/^\| `(\w\w)` \| (.+) \| (left to right|right to left) \| (yes|not yet) \|$/gm)];
  expect(rows.map(([, code, , direction, read]) => [code, direction, read])).toEqual(
    LANGUAGE_CODES.map((code) => {
      const { direction, reviewed } = LANGUAGES[code];
      return [code, direction === "ltr" ? "left to right" : "right to left", reviewed ? "yes" : "not yet"];
    }),
  );
  for (const [, code, name] of rows) expect(name).toContain(LANGUAGES[code as keyof typeof LANGUAGES].name);
});
