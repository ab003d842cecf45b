import fc from "fast-check";
import { expect, test } from "vitest";

import { Html, html, jsonForScript } from "./html.ts";

test("whatever is put into a page stays text: it ends no element, attribute or script", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const inside = html`<p title="${text}">${text}</p>`.text;
      const middle = inside.slice('<p title="'.length, -"</p>".length);
      expect(middle.match(/[<>"']/g)).toEqual(['"', ">"]);
      const data = jsonForScript({ text }).text;
      expect(data).not.toContain("<");
      expect(JSON.parse(data)).toEqual({ text });
    }),
  );
});

test("lists are joined, null and false leave nothing, and rendered parts are not escaped twice", () => {
  expect(html`${["a&b", 1, html`<i>${"<"}</i>`]}${null}${false}`.text).toBe("a&amp;b1<i>&lt;</i>");
  expect(html`x`).toBeInstanceOf(Html);
});
