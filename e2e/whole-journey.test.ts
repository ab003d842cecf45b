import { verifyWebhook } from "@tallystick/client";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../tools/harness/receiver.ts";
import { launchChromium } from "./chromium.ts";
import { createDeployment, createSession, type Deployment } from "./server.ts";
import { openPhone } from "./support/phone.ts";
import { acceptConsent, answerPair, FRESH_MS, goOn, playMoney, playRound, playTaps } from "./support/play.ts";

let browser: Browser;
let deployment: Deployment;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  const settings = ["--webhook-url", receiver.url, "--lender-name", "Demo Lender", "--money-symbol", "KSh"];
  const links = ["--privacy-policy-url", "https://lender.example/privacy", "--languages", "en,es"];
  deployment = await createDeployment("Whole", [...settings, "--money-factor", "10", ...links]);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await receiver.close();
});

test.concurrent("a thumb goes from consent through both games to the end page, and the signed score arrives", async () => {
  const session = await createSession(deployment);
  const phone = await openPhone(browser);
  const { page } = phone;
  await page.goto(session.link);
  expect(new URL(page.url()).pathname).toBe(`/play/${session.session_id}`);
  await page.locator("#consent-accept:enabled").waitFor();
  expect(page.url()).not.toContain("#");
  await phone.look("01-consent");

  await page.locator("#consent-accept").tap();
  await page.getByRole("heading", { name: "Now or later" }).waitFor();
  await phone.look("02-money-intro");
  await goOn(page);
  await page.locator(".sum").first().waitFor();
  await phone.look("03-money-practice");
  await answerPair(page, "left");
  await answerPair(page, "right");
  await page.getByRole("heading", { name: "That is how it works" }).waitFor();
  await phone.look("04-money-main");
  await page.getByRole("button", { name: "Menu" }).tap();
  await phone.look("05-menu");
  await page.waitForTimeout(FRESH_MS);
  await page.getByRole("button", { name: "Go on playing" }).tap();
  await goOn(page);
  await page.locator(".sum").first().waitFor();
  await phone.look("06-money-choice");
  for (let pair = 0; pair < 16; pair += 1) await answerPair(page, pair % 3 === 0 ? "left" : "right");

  await page.getByRole("heading", { name: "Game 1 of 2 is done" }).waitFor();
  await phone.look("07-between");
  await goOn(page);
  await page.getByRole("heading", { name: "Quick taps" }).waitFor();
  await phone.look("08-taps-intro");
  await goOn(page);
  await page.locator('.stage.taps[data-phase="target"]').waitFor();
  await phone.look("09-taps-practice");
  await playRound(page);
  await page.locator(".rules").waitFor();
  await phone.look("10-taps-main");
  await playTaps(page);

  await page.getByRole("heading", { name: "Thank you" }).waitFor();
  await phone.look("11-end");
  expect([...phone.foreignOrigins]).toEqual([]);
  expect(phone.errors).toEqual([]);
  await phone.close();

  const received = await receiver.waitFor(({ body }) => body.includes(session.uid) && body.includes("_score.complete"));
  const { body, headers } = received;
  const { api_key: apiKey, webhook_secret: secret } = deployment.test;
  const webhook = verifyWebhook({ body, headers, apiKey, secret });
  expect(webhook.uid).toBe(session.uid);
});

test.concurrent("the same journey in Spanish at 320 px, by a phone that asks for less motion", async () => {
  const session = await createSession(deployment, { language: "es" });
  const phone = await openPhone(browser, {
    viewport: { width: 320, height: 568 },
    reducedMotion: "reduce",
    colorScheme: "dark",
  });
  const { page } = phone;
  await acceptConsent(page, `${session.link}`);
  await page.getByRole("heading", { name: "Ahora o más tarde" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("es");
  await phone.look("20-es-money-intro");
  await playMoney(page);
  await phone.look("21-es-between");
  await goOn(page);
  await page.locator(".rules").waitFor();
  await phone.look("22-es-taps-intro");
  await playTaps(page);
  await page.getByRole("heading", { name: "Gracias" }).waitFor();
  await phone.look("23-es-end");
  expect(phone.errors).toEqual([]);
  await phone.close();
});
