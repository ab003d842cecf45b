import { chromium, type Browser, type Page } from "playwright-core";
import { buildApp } from "../../apps/server/src/http/app.ts";
import type { Deps } from "../../apps/server/src/infra/deps.ts";
import { freePort } from "../../tools/harness/server-process.ts";
import { findBrowser } from "../../tools/support/prerequisites.mjs";
import type { Crowd } from "../crowd.ts";
import { quantile } from "../load.ts";
import { signInViewer, type FindCase } from "./find.ts";

/**
 * Pages of the dashboard in a real browser over real sockets, beside server and database on one machine. First loads have
 * an empty cache: from the beginning of the navigation to the first row that can be pressed. Filters: from the press to
 * the rows of the answer.
 */
export async function measurePages(crowd: Crowd, options: { readonly loads: number }): Promise<readonly FindCase[]> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error("Pages are measured in Chrome or Chromium, and there is none.");
  const url = `http://127.0.0.1:${await freePort()}`;
  const config = { ...crowd.deps.config, publicUrl: url, beaconUrl: url };
  const deps: Deps = { ...crowd.deps, config };
  const app = buildApp(deps);
  await app.listen({ host: "127.0.0.1", port: Number(new URL(url).port) });
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  try {
    const { cookie } = await signInViewer(deps, crowd.companyId);
    return await measureAll(browser, { url: `${url}/beacon/c/${crowd.companyId}`, cookie, loads: options.loads });
  } finally {
    await browser.close();
    await app.close();
  }
}

interface Place {
  readonly url: string;
  readonly cookie: string;
  readonly loads: number;
}

async function measureAll(browser: Browser, place: Place): Promise<readonly FindCase[]> {
  const times = { load: [] as number[], band: [] as number[], confidence: [] as number[], home: [] as number[] };
  for (let load = 0; load < place.loads; load += 1) {
    const page = await open(browser, place);
    times.load.push(
      await timed(async () => {
        await page.goto(`${place.url}/results`, { waitUntil: "commit" });
        await page.locator("tbody a").first().waitFor();
      }),
    );
    times.band.push(await pick(page, "Risk band", "Very high"));
    times.confidence.push(await pick(page, "Data confidence", "Low"));
    await page.getByRole("button", { name: "Clear the filters" }).click();
    times.home.push(
      await timed(async () => {
        await page.getByRole("link", { name: "Home", exact: true }).click();
        await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
      }),
    );
    await page.context().close();
  }
  return [
    caseOf("Results, first load", times.load),
    caseOf("Results, filter by a risk band", times.band),
    caseOf("Results, and by data confidence", times.confidence),
    caseOf("to Home", times.home),
  ];
}

/** From the press to the answer's rows: the list says that it is busy meanwhile. */
async function pick(page: Page, label: string, choice: string): Promise<number> {
  await page.getByRole("button", { name: label }).click();
  const item = page.getByRole("menuitemcheckbox", { name: choice, exact: true });
  await item.waitFor();
  const answered = page.waitForResponse((response) => response.url().endsWith("/results/search"));
  const ms = await timed(async () => {
    await item.click();
    await answered;
    await page.locator("[aria-busy=true] table").waitFor({ state: "detached" });
  });
  await page.keyboard.press("Escape");
  return ms;
}

async function open(browser: Browser, { url, cookie }: Place): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const at = cookie.indexOf("=");
  await context.addCookies([
    {
      name: cookie.slice(0, at),
      value: cookie.slice(at + 1),
      domain: new URL(url).hostname,
      path: "/",
      secure: true,
      httpOnly: true,
    },
  ]);
  return context.newPage();
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function caseOf(name: string, times: readonly number[]): FindCase {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    name,
    calls: times.length,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    maxMs: sorted.at(-1) ?? 0,
  };
}
