import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../tools/harness/receiver.ts";
import { launchChromium } from "./chromium.ts";
import { createDeployment, createSession, type Deployment } from "./server.ts";
import { refuseCookies } from "./support/cookies.ts";
import { openPhone } from "./support/phone.ts";
import { acceptConsent, answerPair, FRESH_MS, goOn, playMoney } from "./support/play.ts";

let browser: Browser;
let money: Deployment;
let both: Deployment;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  money = await createDeployment("Interrupted", ["--tasks", "money_choices", "--webhook-url", receiver.url]);
  both = await createDeployment("Interrupted, both", ["--languages", "en,es"]);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await receiver.close();
});

interface SentBatch {
  readonly attempt: number;
  readonly epoch: number;
  readonly seq: number;
  readonly inputs: readonly { readonly n: number }[];
}

/** Batches the server has acknowledged, in that order. */
function acknowledgedBatches(page: Page): SentBatch[] {
  const batches: SentBatch[] = [];
  page.on("response", (response) => {
    if (!response.url().endsWith("/batches") || response.status() !== 200) return;
    batches.push(JSON.parse(response.request().postData() ?? "{}") as SentBatch);
  });
  return batches;
}

async function reachPairs(page: Page, link: string): Promise<void> {
  await acceptConsent(page, link);
  await goOn(page);
  await page.locator(".sum").first().waitFor();
}

test.concurrent("a reload in the middle of a task keeps what was played and starts the task again", async () => {
  const session = await createSession(money);
  const phone = await openPhone(browser);
  const { page } = phone;
  const batches = acknowledgedBatches(page);
  await reachPairs(page, session.link);
  await answerPair(page, "left");
  await page.reload();
  await page.getByRole("heading", { name: "Now or later" }).waitFor();
  expect(await page.getByText("Welcome back").count()).toBe(1);
  await phone.look("40-resumed");
  // What the first page had gathered arrived before the second opened the journey.
  expect(batches.map(({ attempt }) => attempt)).toContain(1);
  await playMoney(page);
  await page.getByRole("heading", { name: "Thank you" }).waitFor();
  expect(batches.map(({ attempt }) => attempt)).toContain(2);
  expect(phone.errors).toEqual([]);
  await phone.close();
});

test.concurrent("a second window takes over, the first says so kindly and can take it back", async () => {
  const session = await createSession(money);
  const phone = await openPhone(browser);
  await reachPairs(phone.page, session.link);
  const second = await phone.context.newPage();
  await second.goto(session.link);
  await second.getByRole("heading", { name: "Now or later" }).waitFor();
  await phone.page.bringToFront();
  // The first window learns of it when it next sends something, which may be before this tap.
  const sum = phone.page.locator('.sum[data-side="left"]');
  await sum.tap({ timeout: 3_000 }).catch(() => undefined);
  await phone.page.getByRole("heading", { name: "You go on in another window" }).waitFor();
  await phone.look("41-taken-over");
  await phone.page.waitForTimeout(FRESH_MS);
  await phone.page.getByRole("button", { name: "Continue here" }).tap();
  await phone.page.getByRole("heading", { name: "Now or later" }).waitFor();
  await playMoney(phone.page);
  await phone.page.getByRole("heading", { name: "Thank you" }).waitFor();
  await phone.close();
});

test.concurrent("without network the task is played to its end, and everything arrives, once and in order", async () => {
  const session = await createSession(money);
  const phone = await openPhone(browser);
  const { page } = phone;
  const batches = acknowledgedBatches(page);
  await reachPairs(page, session.link);
  await answerPair(page, "left");
  await phone.context.setOffline(true);
  await answerPair(page, "right");
  await goOn(page);
  for (let pair = 0; pair < 16; pair += 1) {
    await answerPair(page, pair % 2 === 0 ? "left" : "right");
    if (pair === 8) {
      await page.locator(".offline").waitFor();
      await phone.look("42-offline");
    }
  }
  await page.getByRole("heading", { name: "Sending your answers" }).waitFor();
  await phone.look("43-finishing-offline");
  await phone.context.setOffline(false);
  await page.getByRole("heading", { name: "Thank you" }).waitFor();
  expect(batches.map(({ seq }) => seq)).toEqual(batches.map((_, index) => index));
  const numbers = batches.flatMap(({ inputs }) => inputs.map(({ n }) => n));
  expect(numbers).toEqual(numbers.map((_, index) => index));
  await receiver.waitFor(({ body }) => body.includes(session.uid) && body.includes("_score.complete"));
  await phone.close();
});

test.concurrent("a page closed without network gives its answers to the next one", async () => {
  const session = await createSession(money);
  const phone = await openPhone(browser);
  await reachPairs(phone.page, session.link);
  await answerPair(phone.page, "left");
  await phone.context.setOffline(true);
  await answerPair(phone.page, "right");
  await phone.page.close();
  await phone.context.setOffline(false);
  const next = await phone.context.newPage();
  const batches = acknowledgedBatches(next);
  await next.goto(session.link);
  await next.getByText("Welcome back").waitFor();
  expect(batches.map(({ attempt, epoch }) => [attempt, epoch])).toContainEqual([1, 1]);
  await phone.close();
});

test.concurrent("a browser that refuses cookies plays the whole journey, and chooses its language on the way", async () => {
  const session = await createSession(both);
  const phone = await openPhone(browser);
  const { page } = phone;
  await refuseCookies(page);
  await page.goto(session.link);
  await page.locator("#consent-accept:enabled").waitFor();
  expect(page.url()).not.toContain("#");
  await phone.look("44-consent-without-cookie");
  await page.getByRole("link", { name: "Español" }).tap();
  await page.getByRole("heading", { name: "Antes de empezar" }).waitFor();
  expect(page.url()).not.toContain("#");
  await page.locator("#consent-accept:enabled").tap();
  await page.getByRole("heading", { name: "Ahora o más tarde" }).waitFor();
  await playMoney(page);
  await page.getByRole("heading", { name: "Juego 1 de 2 terminado" }).waitFor();
  // Stopped here, so that the end is reached without a cookie as well.
  await page.waitForTimeout(FRESH_MS);
  await page.getByRole("button", { name: "Siguiente juego" }).tap();
  await page.getByRole("button", { name: "Menú" }).tap();
  await page.waitForTimeout(FRESH_MS);
  await page.getByRole("button", { name: "Parar del todo" }).tap();
  await page.waitForTimeout(FRESH_MS);
  await page.getByRole("button", { name: "Sí, parar del todo" }).tap();
  await page.getByRole("heading", { name: "Has parado" }).waitFor();
  await phone.look("45-stopped-without-cookie");
  expect(await phone.context.cookies()).toEqual([]);
  await phone.close();
});

test.concurrent("a browser that keeps nothing plays on, and a lost page asks for the link again", async () => {
  const session = await createSession(money);
  const phone = await openPhone(browser);
  const { page } = phone;
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException("blocked", "SecurityError");
        },
      });
    }
  });
  await refuseCookies(page);
  await reachPairs(page, session.link);
  await page.reload();
  await page.getByRole("heading", { name: "Please open your link again" }).waitFor();
  await phone.look("46-open-link-again");
  await page.goto(session.link);
  await page.getByRole("heading", { name: "Now or later" }).waitFor();
  await playMoney(page);
  await page.getByRole("heading", { name: "Thank you" }).waitFor();
  await phone.close();
});
