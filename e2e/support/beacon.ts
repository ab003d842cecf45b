import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect, inject } from "vitest";

import { cli } from "../server.ts";

/** What the journeys of the dashboard share: people who are signed in, and the judgement of a page. */

interface AxeRun {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const PASSWORD = "seven quiet tally sticks";

export interface BeaconPerson {
  readonly email: string;
  /** `name=value` of the sign-in's cookie. */
  readonly cookie: string;
  readonly csrfToken: string;
}

let people = 0;

/** Invites somebody on the command line and accepts for them: a member with a password, signed in. */
export async function createPerson(
  role: "admin" | "viewer",
  companyId: string = inject("e2e").companyId,
): Promise<BeaconPerson> {
  const { baseUrl } = inject("e2e");
  people += 1;
  const email = `${role}-${String(process.pid)}-${String(people)}@lender.example`;
  const { link } = (await cli(["user", "invite", email, "--role", role, "--company", companyId])) as { link: string };
  const response = await fetch(`${baseUrl}/beacon/api/invitations/accept`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: new URL(link).hash.slice(1), name: `Test ${role}`, password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`No person: ${String(response.status)} ${await response.text()}`);
  const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const { csrf_token: csrfToken } = (await response.json()) as { csrf_token: string };
  return { email, cookie, csrfToken };
}

export interface BeaconView extends Pick<BrowserContextOptions, "viewport" | "colorScheme"> {
  /** Below the company: `/results?env=test`. */
  readonly path: string;
  /** Another company than that of all journeys. */
  readonly companyId?: string;
}

/** Their browser on a page of the company. What the page writes to the console as a fault fails the test at `judge`. */
export async function openBeacon(browser: Browser, person: BeaconPerson, view: BeaconView): Promise<Page> {
  const { baseUrl, companyId: usual } = inject("e2e");
  const { path, companyId = usual, ...options } = view;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const at = person.cookie.indexOf("=");
  await context.addCookies([
    {
      name: person.cookie.slice(0, at),
      value: person.cookie.slice(at + 1),
      domain: new URL(baseUrl).hostname,
      path: "/",
      secure: true,
      httpOnly: true,
    },
  ]);
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.set(page, [...(faults.get(page) ?? []), error.message]));
  await page.goto(`${baseUrl}/beacon/c/${companyId}${path}`);
  await page.locator("h1").waitFor();
  return page;
}

const faults = new WeakMap<Page, readonly string[]>();

/** The page as it stands now: axe finds nothing, nothing runs out of it sideways, its script has not failed. */
export async function judge(page: Page, name: string): Promise<void> {
  // By evaluation: the page's policy forbids scripts that are not its own.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(async () =>
    (globalThis as unknown as { axe: { run(): Promise<AxeRun> } }).axe.run(),
  );
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`),
    name,
  ).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${name}: pixels beyond the right edge`).toBeLessThanOrEqual(0);
  expect(faults.get(page) ?? [], name).toEqual([]);
}

/** Presses Tab until the element has the focus; fails after so many. */
export async function tabTo(page: Page, name: string, limit = 60): Promise<void> {
  for (let press = 0; press < limit; press += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const label =
        element?.id === undefined || element.id === "" ? null : document.querySelector(`label[for="${element.id}"]`);
      return `${element?.getAttribute("aria-label") ?? ""}|${label?.textContent ?? ""}|${element?.textContent ?? ""}`.trim();
    });
    if (focused.split("|").some((text) => text.trim() === name)) return;
  }
  throw new Error(`The keyboard does not reach "${name}" within ${String(limit)} steps`);
}
