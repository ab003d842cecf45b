import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { createDeployment, createSession, type Deployment } from "./server.ts";
import { openPhone } from "./support/phone.ts";
import { FRESH_MS, playMoney } from "./support/play.ts";

/** A tablet in a branch, as staff and one applicant after the other hold it. */
const TABLET = { viewport: { width: 820, height: 1180 } };
const IDLE_MS = 120_000;
const QUESTION_MS = 30_000;

let browser: Browser;
let branch: Deployment;
let kiosk: string;

beforeAll(async () => {
  const settings = [
    "--use-case",
    "in_branch_shared_device",
    "--tasks",
    "money_choices",
    "--accent",
    "#f2c200",
    "--languages",
    "en,es",
  ];
  branch = await createDeployment("Branch", settings);
  kiosk = `${inject("e2e").baseUrl}/kiosk/${branch.test.integration_id}`;
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function openByStaff(page: Page, link: string): Promise<void> {
  await page.goto(kiosk);
  const field = page.getByLabel("Code or link");
  await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
  // As a scanner does it: keys, then Enter.
  await page.keyboard.type(link.slice(link.lastIndexOf("/") + 1).toUpperCase());
  await page.keyboard.press("Enter");
  await page.locator("#consent-accept:enabled").waitFor();
}

/** What the browser still holds of any journey. */
async function leftovers(page: Page): Promise<readonly string[]> {
  const stored = await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
  return [...stored, ...(await page.context().cookies()).map(({ name }) => name)];
}

test.concurrent("staff open a code, the applicant plays and gives the device back, and nothing of them is left", async () => {
  const session = await createSession(branch);
  const tablet = await openPhone(browser, TABLET);
  const { page } = tablet;
  await page.goto(kiosk);
  await page.getByRole("heading", { name: "Ready for the next person" }).waitFor();
  await tablet.look("80-kiosk-staff");
  await page.getByLabel("Code or link").fill("0000 0000 0000");
  await page.getByRole("button", { name: "Open" }).tap();
  await page.getByRole("alert").waitFor();
  await tablet.look("81-kiosk-wrong-code");
  await openByStaff(page, session.link);
  expect(page.url()).not.toContain("#");
  // The language of the page changes in place: no step of the history is made.
  await page.getByRole("link", { name: "Español" }).tap();
  await page.getByRole("heading", { name: "Antes de empezar" }).waitFor();
  await page.getByRole("link", { name: "English" }).tap();
  await page.locator("#consent-accept:enabled").waitFor();
  expect(await leftovers(page)).not.toEqual([]);
  await page.locator("#consent-accept").tap();
  await playMoney(page);
  await page.getByText("Please give this device back now.").waitFor();
  await tablet.look("82-kiosk-hand-back");
  expect(page.url()).toBe(`${kiosk}/end?outcome=completed&lang=en`);
  expect(await leftovers(page)).toEqual([]);
  await page.getByRole("heading", { name: "Ready for the next person" }).waitFor({ timeout: 15_000 });
  // No way of the browser leads back to the last person.
  for (let steps = 0; steps < 5; steps += 1) {
    await page.goBack().catch(() => null);
    expect(page.url()).not.toContain("/play/");
    expect(await page.content()).not.toContain(session.session_id);
  }
  await page.goto(session.link);
  await page.getByRole("heading", { name: "You have already finished" }).waitFor();
  expect(tablet.errors).toEqual([]);
  await tablet.close();
});

test.concurrent("who walks away is asked, and then the device makes room while their link stays good", async () => {
  const session = await createSession(branch);
  const tablet = await openPhone(browser, TABLET);
  const { page } = tablet;
  await page.clock.install();
  await openByStaff(page, session.link);
  await page.locator("#consent-accept").tap();
  await page.getByRole("heading", { name: "Now or later" }).waitFor();
  await page.clock.fastForward(IDLE_MS + 1_000);
  await page.getByRole("heading", { name: "Are you still there?" }).waitFor();
  await page.clock.fastForward(FRESH_MS);
  await page.getByRole("button", { name: "Yes, I am here" }).tap();
  await page.getByRole("heading", { name: "Are you still there?" }).waitFor({ state: "detached" });
  await page.clock.fastForward(IDLE_MS + 1_000);
  await page.getByRole("heading", { name: "Are you still there?" }).waitFor();
  // Last, because the question does not wait for whoever judges its picture.
  await tablet.look("83-kiosk-idle");
  await page.clock.fastForward(QUESTION_MS + 1_000);
  await page.getByRole("heading", { name: "Ready for the next person" }).waitFor();
  expect(await leftovers(page)).toEqual([]);
  await page.goBack().catch(() => null);
  expect(page.url()).not.toContain("/play/");
  // The same code again: the journey goes on where it was.
  await page.goto(session.link);
  await page.getByRole("heading", { name: "Now or later" }).waitFor();
  expect(tablet.errors).toEqual([]);
  await tablet.close();
});
