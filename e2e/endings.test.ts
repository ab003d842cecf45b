import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { createDeployment, createSession, type Deployment } from "./server.ts";
import { openPhone } from "./support/phone.ts";
import { acceptConsent, FRESH_MS, goOn } from "./support/play.ts";

let browser: Browser;
let money: Deployment;
let taps: Deployment;

beforeAll(async () => {
  const settings = ["--tasks", "money_choices", "--money-symbol", "Rp", "--money-factor", "25000"];
  money = await createDeployment("Endings", [...settings, "--accent", "#f2c200", "--languages", "en,es"]);
  taps = await createDeployment("Shapes", ["--tasks", "quick_taps"]);
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function pressFresh(page: Page, name: string): Promise<void> {
  const button = page.getByRole("button", { name, exact: true });
  await button.waitFor();
  await page.waitForTimeout(FRESH_MS);
  await button.tap();
}

test.concurrent("declining asks once more, then ends on a page that says so without reproach", async () => {
  const session = await createSession(money);
  const phone = await openPhone(browser);
  const { page } = phone;
  await page.goto(session.link);
  await page.locator("#consent-decline:enabled").tap();
  await page.getByRole("heading", { name: "Are you sure?" }).waitFor();
  await phone.look("50-decline");
  await pressFresh(page, "Go back");
  await page.getByRole("heading", { name: "Are you sure?" }).waitFor({ state: "detached" });
  await page.locator("#consent-decline").tap();
  await pressFresh(page, "Yes, I do not agree");
  await page.getByRole("heading", { name: "You did not agree" }).waitFor();
  await phone.look("51-declined");
  await page.goto(session.link);
  await page.getByRole("heading", { name: "You did not agree" }).waitFor();
  expect(phone.errors).toEqual([]);
  await phone.close();
});

test.concurrent("stopping for good asks once more and names what follows", async () => {
  const session = await createSession(money);
  const phone = await openPhone(browser);
  const { page } = phone;
  await acceptConsent(page, session.link);
  await page.getByRole("button", { name: "Menu" }).tap();
  await pressFresh(page, "Stop for good");
  await page.getByRole("heading", { name: "Stop for good?" }).waitFor();
  await phone.look("52-stop");
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Stop for good?" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Menu" }).tap();
  await pressFresh(page, "Stop for good");
  await pressFresh(page, "Yes, stop for good");
  await page.getByRole("heading", { name: "You stopped" }).waitFor();
  await phone.look("53-stopped");
  await phone.close();
});

test.concurrent("an address that names nothing says one neutral thing", async () => {
  const phone = await openPhone(browser);
  const { page } = phone;
  await page.goto(`${inject("e2e").baseUrl}/a/000000000000`);
  await page.getByRole("heading", { name: "This link is not valid" }).waitFor();
  await phone.look("54-unknown-link");
  await phone.close();
});

test.concurrent("consent can be read before and without any script", async () => {
  const session = await createSession(money, { language: "es" });
  const phone = await openPhone(browser, { javaScriptEnabled: false });
  await phone.page.goto(session.link);
  await phone.page.getByRole("heading", { name: "Qué se registra" }).waitFor();
  expect(await phone.page.locator("noscript").innerText()).toContain("JavaScript");
  expect(await phone.page.locator("#consent-accept").isDisabled()).toBe(true);
  await phone.close();
});

/** Text at twice its size, as a reader may set it. */
async function doubleText(page: Page): Promise<void> {
  await page.addInitScript(() => {
    document.addEventListener("DOMContentLoaded", () => {
      document.documentElement.style.fontSize = "200%";
    });
  });
}

test.concurrent("long sums and twice the text size fit on a narrow phone, in the lender's colour", async () => {
  const session = await createSession(money);
  const phone = await openPhone(browser, { viewport: { width: 320, height: 640 } });
  const { page } = phone;
  await page.goto(session.link);
  await page.locator("#consent-accept:enabled").scrollIntoViewIfNeeded();
  await phone.look("60-narrow-consent-end");
  await page.locator("#consent-accept").tap();
  await goOn(page);
  await page.locator(".sum").first().waitFor();
  await phone.look("61-narrow-long-sums");
  await doubleText(page);
  await page.reload();
  await page.getByRole("heading", { name: "Now or later" }).waitFor();
  await phone.look("62-double-text-intro");
  await goOn(page);
  await page.locator(".sum").first().waitFor();
  await phone.look("63-double-text-pair");
  await phone.close();
});

test.concurrent("a phone on its side has the shape between the thumbs", async () => {
  const session = await createSession(taps);
  const phone = await openPhone(browser, { viewport: { width: 740, height: 360 } });
  const { page } = phone;
  await acceptConsent(page, session.link);
  await page.locator(".rules").waitFor();
  await phone.look("64-landscape-intro");
  await goOn(page);
  await page.locator('.stage.taps[data-phase="target"]').waitFor();
  const place = async (selector: string) => {
    const box = await page.locator(selector).boundingBox();
    if (box === null) throw new Error(`${selector} is not on the screen`);
    return box;
  };
  const [left, shape, right] = [
    await place('.pad[data-side="left"]'),
    await place(".field .shape"),
    await place('.pad[data-side="right"]'),
  ];
  await phone.look("65-landscape-taps");
  expect(left.x + left.width).toBeLessThanOrEqual(shape.x);
  expect(shape.x + shape.width).toBeLessThanOrEqual(right.x);
  expect(right.y + right.height).toBeLessThanOrEqual(360);
  await phone.close();
});

/** As when another app comes to the front; a browser without a window never does it by itself. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

test.concurrent("leaving the page in the middle of the taps pauses them until the applicant goes on", async () => {
  const session = await createSession(taps);
  const phone = await openPhone(browser);
  const { page } = phone;
  await acceptConsent(page, session.link);
  await goOn(page);
  await page.locator(".stage.taps").waitFor();
  await setHidden(page, true);
  await page.waitForTimeout(500);
  await setHidden(page, false);
  await page.getByRole("heading", { name: "Paused" }).waitFor();
  await phone.look("66-paused");
  await goOn(page);
  await page.locator('.stage.taps[data-phase="target"]').waitFor();
  await phone.close();
});
