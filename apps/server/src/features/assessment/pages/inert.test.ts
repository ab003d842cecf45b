import { expect, test } from "vitest";

import { html } from "./html.ts";
import { inertContent } from "./inert.ts";

test("a link keeps its words, its look and its target to be read, and leads nowhere", () => {
  const link = html`<a class="button primary" href="https://x.example/?a=1&amp;b=2" target="_blank">Go</a>`;
  expect(inertContent(link).text).toBe(
    '<a class="button primary" role="link" aria-disabled="true" title="https://x.example/?a=1&amp;b=2">Go</a>',
  );
});

test("a form sends nothing, its buttons look as they do with the page's script, and nothing takes the focus", () => {
  const form = html`<form action="/kiosk/x/open" method="get">
    <input id="code" required autofocus aria-disabled="true" /><button type="submit" disabled>Go</button>
  </form>`;
  expect(inertContent(form).text).not.toMatch(/action=|autofocus|<button disabled/);
  expect(inertContent(form).text).toContain(
    '<input id="code" required aria-disabled="true" /><button type="button">Go</button>',
  );
});

test("what is for browsers without a script is left out, and a name that reads like a tag stays text", () => {
  const content = html`<p>${'<a href="x">'}</p>
    <noscript><p>No script</p></noscript>`;
  expect(inertContent(content).text.trim()).toBe("<p>&lt;a href=&quot;x&quot;&gt;</p>");
});
