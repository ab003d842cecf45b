import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { expect, inject } from "vitest";

const root = join(import.meta.dirname, "../..");
const pictures = join(root, "artifacts", "e2e");
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A phone with one page, and what went over its line and wrong on it. */
export interface Phone {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly errors: readonly string[];
  /** Origins of all requests, ours aside. */
  readonly foreignOrigins: ReadonlySet<string>;
  /** A picture under `artifacts/e2e/`, and no fault that axe finds on what it shows. */
  look(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openPhone(browser: Browser, options: BrowserContextOptions = {}): Promise<Phone> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: "en-GB",
    ...options,
  });
  const errors: string[] = [];
  const foreignOrigins = new Set<string>();
  const own = new URL(inject("e2e").baseUrl).origin;
  context.on("request", (request) => {
    const { origin } = new URL(request.url());
    if (origin !== own) foreignOrigins.add(origin);
  });
  context.on("page", (page) => {
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      // A refused connection is what an offline test is about, not an error of the page.
      if (message.type() !== "error" || message.text().includes("net::ERR_")) return;
      errors.push(`${message.text()} (${message.location().url})`);
    });
  });
  const page = await context.newPage();
  return {
    context,
    page,
    errors,
    foreignOrigins,
    look: (name) => look(page, name),
    close: () => context.close(),
  };
}

export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  // Motion that comes to an end is over before the picture is taken and contrast is judged.
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish();
    }
  });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  expect(await axeFaults(page), `axe on ${name}`).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `horizontal overflow on ${name}, px`).toBe(0);
}

/** Rules of WCAG 2.0 to 2.2 at A and AA, and axe's best practices. */
async function axeFaults(page: Page): Promise<readonly string[]> {
  // Run by the driver and not as a script of the page, whose content security policy allows only its own files.
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: object) => Promise<AxeResult> } };
    const { violations } = await axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  });
}

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}
