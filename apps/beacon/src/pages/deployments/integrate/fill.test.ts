import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

import { beaconSnippets } from "../../../../../../tools/support/beacon-snippets.ts";
import { fillLines, LANGUAGES, linesOf, type SnippetKind } from "./fill.ts";

const PLACE = { url: "https://games.lender.example", integrationId: "65f1c0ffee5eed0123456789", uid: "APP-4711" };
const KINDS: readonly SnippetKind[] = ["key", "signature", "verify"];
const CASES = LANGUAGES.flatMap(({ value }) => KINDS.map((kind) => [value, kind] as const));

test("the dashboard's lines are the guides' own: `npm run docs` writes them anew", () => {
  expect(readFileSync(path.join(import.meta.dirname, "snippets.json"), "utf8")).toBe(beaconSnippets());
});

test.each(CASES)(
  "lines in %s (%s) hold the real address and Integration ID, and take keys from the environment",
  (...given) => {
    const [language, kind] = given;
    const lines = linesOf(language, kind);
    // Java, C# and Go sign by the same rule; their guides show the plain way alone.
    if (lines === null)
      return expect([language, kind]).toEqual([expect.stringMatching(/^(java|csharp|go)$/), "signature"]);
    const filled = fillLines(language, lines, PLACE);
    expect(filled).not.toMatch(/(?:\$|env\W*|Setting\W*|getenv\W*|Getenv\W*)TALLYSTICK_(?:URL|INTEGRATION_ID)/);
    if (kind === "verify") return undefined;
    expect(filled).toContain(PLACE.url);
    expect(filled).toContain(PLACE.integrationId);
    expect(filled).toContain("TALLYSTICK_API_KEY");
    expect(filled).not.toContain("$1/");
    return undefined;
  },
);
