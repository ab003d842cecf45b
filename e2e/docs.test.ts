import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:http";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findDocsFolder, loadSite } from "../apps/server/src/http/docs/site.ts";
import { findBrowser } from "../tools/support/prerequisites.mjs";

/** The documentation as people see it: phone and desktop, light and dark. */

interface AxeRun {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

declare global {
  /** Set by axe-core. */
  var axe: { run(): Promise<AxeRun> };
}

const site = loadSite(findDocsFolder());
const pages = [...site.files].flatMap(([url, asset]) => (asset.type.startsWith("text/html") ? [url] : []));
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// One of each form: axe takes seconds for a page of a hundred tables that are all made alike.
const JUDGED = [
  "/docs",
  "/docs/guides/integrate",
  "/docs/reference/configuration",
  "/docs/errors/integration_mismatch",
];

let server: Server;
let browser: Browser;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const asset = site.files.get(request.url ?? "");
    response.writeHead(asset === undefined ? 404 : 200, { "content-type": asset?.type ?? "text/plain" });
    response.end(asset?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error("No Chrome or Chromium was found; CHROMIUM names one by path");
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

const VIEWS = [
  { name: "a phone, light", width: 390, height: 844, colorScheme: "light" },
  { name: "a desktop, dark", width: 1280, height: 900, colorScheme: "dark" },
] as const;

for (const view of VIEWS) {
  test(`on ${view.name}: no page scrolls sideways, none fetches from elsewhere, axe finds nothing`, async () => {
    const { width, height, colorScheme } = view;
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const page = await context.newPage();
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(base) && !request.url().startsWith("data:")) foreign.push(request.url());
    });
    for (const url of pages) {
      await page.goto(base + url);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, url).toBeLessThanOrEqual(0);
      if (!JUDGED.includes(url)) continue;
      await page.addScriptTag({ content: axeSource });
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`),
        url,
      ).toEqual([]);
    }
    expect(foreign).toEqual([]);
    await context.close();
  });
}
