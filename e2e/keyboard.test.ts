import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { createDeployment, createSession, type Deployment } from "./server.ts";
import { openPhone, type Phone } from "./support/phone.ts";
import { acceptConsent, FRESH_MS, goOn, playMoney, playTaps } from "./support/play.ts";

let browser: Browser;
let both: Deployment;
let money: Deployment;
let taps: Deployment;

beforeAll(async () => {
  both = await createDeployment("Keys", []);
  money = await createDeployment("Screen reader, money", ["--tasks", "money_choices"]);
  taps = await createDeployment("Screen reader, taps", ["--tasks", "quick_taps"]);
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** A computer without a touch screen. */
function openComputer(): Promise<Phone> {
  return openPhone(browser, {
    viewport: { width: 1280, height: 800 },
    isMobile: false,
    hasTouch: false,
    deviceScaleFactor: 1,
  });
}

/** All inputs the page sends, as the server will store them. */
function collectInputs(page: Page): { readonly kind: string; readonly source?: string; readonly choice?: string }[] {
  const inputs: { kind: string; source?: string; choice?: string }[] = [];
  page.on("request", (request) => {
    if (!request.url().endsWith("/batches")) return;
    const { inputs: sent } = JSON.parse(request.postData() ?? "{}") as { inputs: typeof inputs };
    inputs.push(...sent);
  });
  return inputs;
}

test.concurrent("the whole journey needs no pointer", async () => {
  const { link } = await createSession(both);
  const phone = await openComputer();
  const { page } = phone;
  const inputs = collectInputs(page);
  await acceptConsent(page, link, "keys");
  await page.getByRole("heading", { name: "Now or later" }).waitFor();
  await phone.look("30-keys-money-intro");
  await playMoney(page, "keys");
  await phone.look("31-keys-between");
  await goOn(page, "keys");
  await page.getByRole("heading", { name: "Quick taps" }).waitFor();
  await phone.look("32-keys-taps-intro");
  await playTaps(page, "keys");
  await page.getByRole("heading", { name: "Thank you" }).waitFor();
  const presses = inputs.filter(({ kind }) => kind === "press");
  // On a busy machine the hand misses a shape or two, never an answer without a time limit.
  expect(presses.length).toBeGreaterThanOrEqual(18 + 30);
  expect([...new Set(presses.map(({ source }) => source))]).toEqual(["keyboard"]);
  await phone.close();
});

test.concurrent("each pair of sums is announced, and its buttons can be reached and pressed by keys alone", async () => {
  const { link } = await createSession(money);
  const phone = await openPhone(browser);
  const { page } = phone;
  const inputs = collectInputs(page);
  await acceptConsent(page, link);
  await goOn(page);
  const announced = page.locator("[aria-live]");
  let heard = "";
  for (let pair = 0; pair < 2; pair += 1) {
    await page.waitForFunction((before) => {
      const text = document.querySelector("[aria-live]")?.textContent ?? "";
      return text !== "" && text !== before;
    }, heard);
    heard = await announced.innerText();
    expect(heard).toMatch(/^.+ (today|in \d+\sdays), or .+ (today|in \d+\sdays)$/);
    const button = page.getByRole("button", { name: /today/ });
    expect(heard).toContain(await button.evaluate((element) => element.textContent?.replace(/\d$/, "").trim() ?? ""));
    await tabTo(page, button);
    await page.waitForTimeout(300);
    await page.keyboard.press(pair === 0 ? "Enter" : "Space");
  }
  await page.getByRole("heading", { name: "That is how it works" }).waitFor();
  // The next batch goes out within three seconds.
  await expect.poll(() => inputs.filter(({ kind }) => kind === "press").length, { timeout: 10_000 }).toBe(2);
  expect(inputs.filter(({ kind }) => kind === "press").map(({ source }) => source)).toEqual(["keyboard", "keyboard"]);
  await phone.close();
});

async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 8; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("the keyboard can not reach the target");
}

test.concurrent("without a time limit the shapes are spoken, and the cross has a button of its own", async () => {
  const { link } = await createSession(taps);
  const phone = await openPhone(browser);
  const { page } = phone;
  const inputs = collectInputs(page);
  await acceptConsent(page, link);
  const untimed = page.getByRole("button", { name: "Play without a time limit" });
  await untimed.waitFor();
  await page.waitForTimeout(FRESH_MS);
  await untimed.tap();
  await page.getByRole("button", { name: "Play with the time limit" }).waitFor();
  await phone.look("33-untimed-intro");
  await goOn(page);
  for (let shape = 0; shape < 8; shape += 1) {
    await page.locator('.stage.taps[data-phase="target"]').waitFor();
    if (shape === 0) await phone.look("34-untimed-board");
    const spoken = await page.locator("[aria-live]").innerText();
    await page.getByRole("button", { name: new RegExp(`^${spoken}:`) }).tap();
    await page.locator('.stage.taps[data-phase="target"]').waitFor({ state: "detached" });
  }
  expect(inputs.length).toBeGreaterThan(0);
  // All eight were right, so the practice is not repeated.
  await page.getByRole("heading", { name: "Now the real round" }).waitFor();
  await phone.close();
});
