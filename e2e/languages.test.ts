import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { createDeployment, createSession, type Deployment } from "./server.ts";
import { refuseCookies } from "./support/cookies.ts";
import { openPhone } from "./support/phone.ts";
import { FRESH_MS } from "./support/play.ts";

let browser: Browser;
let deployment: Deployment;

beforeAll(async () => {
  browser = await launchChromium();
  deployment = await createDeployment("Languages", ["--languages", "en,es,pt,fr,id,sw,hi,ar,th,vi"]);
});
afterAll(() => browser.close());

const SMALL = { viewport: { width: 320, height: 568 } };

test.concurrent("without a script a person finds the own language among ten, and the link keeps it", async () => {
  const session = await createSession(deployment);
  const phone = await openPhone(browser, { ...SMALL, javaScriptEnabled: false });
  const { page } = phone;
  await page.goto(session.link);
  expect(await page.locator("html").getAttribute("dir")).toBe("ltr");
  await page.locator(".languages summary").tap();
  for (const link of await page.locator(".languages a").all()) {
    const box = await link.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(48);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(320);
  }
  await page.getByRole("link", { name: "العربية" }).tap();
  await page.locator('html[lang="ar"][dir="rtl"]').waitFor({ state: "attached" });
  await page.goto(session.link);
  expect(await page.locator("html").getAttribute("lang")).toBe("ar");
  await phone.close();
});

test.concurrent("the chosen language goes along through what is recorded, the games, another phone and the end", async () => {
  const session = await createSession(deployment);
  const phone = await openPhone(browser, SMALL);
  const { page } = phone;
  await page.goto(session.link);
  await page.locator(".languages summary").tap();
  await phone.look("60-languages-open");
  await page.getByRole("link", { name: "العربية" }).tap();
  await page.locator('html[lang="ar"]').waitFor({ state: "attached" });
  await phone.look("61-ar-consent");
  await page.locator("#consent-recorded").tap();
  await page.getByRole("heading", { name: "ما نسجّله، ولماذا" }).waitFor();
  await phone.look("62-ar-recorded");
  await page.locator("main a.button").tap();
  await page.locator("#consent-accept:enabled").tap();
  await page.getByRole("heading", { name: "الآن أو لاحقًا" }).waitFor();
  expect(await page.locator(".sum .amount").allInnerTexts()).toEqual(["٢٠", "٦٠"]);
  expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
  await phone.look("63-ar-money-intro");

  const other = await openPhone(browser, SMALL);
  await other.page.goto(session.link);
  await other.page.getByRole("heading", { name: "الآن أو لاحقًا" }).waitFor();
  await other.page.locator(".menu-button").tap();
  await other.page.waitForTimeout(FRESH_MS);
  await other.page.getByRole("button", { name: "التوقف نهائيًا" }).tap();
  await other.look("64-ar-stop");
  await other.page.waitForTimeout(FRESH_MS);
  await other.page.getByRole("button", { name: "نعم، توقف نهائي" }).tap();
  await other.page.getByRole("heading", { name: "لقد توقفت" }).waitFor();
  expect(await other.page.locator("html").getAttribute("dir")).toBe("rtl");
  await other.look("65-ar-end");
  expect([...phone.errors, ...other.errors]).toEqual([]);
  await phone.close();
  await other.close();
});

test.concurrent("a phone that refuses cookies comes back from what is recorded to the same consent", async () => {
  const session = await createSession(deployment, { language: "sw" });
  const phone = await openPhone(browser, SMALL);
  const { page } = phone;
  await refuseCookies(page);
  await page.goto(session.link);
  await page.locator("#consent-accept:enabled").waitFor();
  await page.locator("#consent-recorded").tap();
  await page.getByRole("heading", { name: "Tunachorekodi, na sababu yake" }).waitFor();
  expect(await page.locator("main a.button").count()).toBe(0);
  await page.goBack();
  await page.locator("#consent-accept:enabled").waitFor();
  expect(new URL(page.url()).hash).toBe("");
  await phone.close();
});
