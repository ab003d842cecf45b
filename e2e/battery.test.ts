import { verifyWebhook } from "@tallystick/client";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../tools/harness/receiver.ts";
import { launchChromium } from "./chromium.ts";
import { createDeployment, createSession, type Deployment } from "./server.ts";
import { openPhone } from "./support/phone.ts";
import { playJourney } from "./support/play-task.ts";
import type { Hand } from "./support/hands.ts";

/** All eight tasks by three hands, in a left-to-right, a right-to-left and a language of long words. */

const LANGUAGES = ["en", "ar", "sw"] as const;
type Language = (typeof LANGUAGES)[number];

const DEVICES: Readonly<Record<Hand, BrowserContextOptions>> = {
  finger: { viewport: { width: 390, height: 844 } },
  mouse: { viewport: { width: 1280, height: 800 }, isMobile: false, hasTouch: false, deviceScaleFactor: 1 },
  keys: { viewport: { width: 320, height: 568 }, isMobile: false, hasTouch: false },
};

/** Each task once by each hand and once in each language; `TALLYSTICK_E2E_ALL=1` plays every pair, for a quarter of an hour. */
const LATIN: readonly (readonly [Hand, Language])[] = [
  ["finger", "en"],
  ["mouse", "ar"],
  ["keys", "sw"],
];
const hands = Object.keys(DEVICES) as readonly Hand[];
const EVERY = hands.flatMap((hand) => LANGUAGES.map((language) => [hand, language] as const));
const PLAYED = process.env["TALLYSTICK_E2E_ALL"] === "1" ? EVERY : LATIN;

const LONGEST_MS = 900_000;

let browser: Browser;
let deployment: Deployment;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  const settings = ["--battery", "extended-1", "--languages", LANGUAGES.join(","), "--traits", "all"];
  deployment = await createDeployment("Battery", ["--webhook-url", receiver.url, ...settings]);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await receiver.close();
});

test.concurrent.each(PLAYED)(
  "by %s in %s all eight tasks are played to the end, every screen is sound, and the replay is what the phone saw",
  { timeout: LONGEST_MS },
  async (hand, language) => {
    const session = await createSession(deployment, { language });
    const phone = await openPhone(browser, DEVICES[hand]);
    await playJourney(phone.page, session.link, {
      hand,
      pictures: (name) => phone.look(`battery-${language}-${hand}-${name}`),
    });
    expect(await phone.page.locator("html").getAttribute("lang")).toBe(language);
    expect([...phone.foreignOrigins]).toEqual([]);
    expect(phone.errors).toEqual([]);
    await phone.close();

    const { body, headers } = await receiver.waitFor(
      (request) => request.body.includes(session.uid) && request.body.includes("psychometric_score.complete"),
    );
    const { api_key: apiKey, webhook_secret: secret } = deployment.test;
    const { event } = verifyWebhook({ body, headers, apiKey, secret });
    const { calculated } = event.details as unknown as Scored;
    expect(calculated.flags.map(({ key }) => key)).not.toContain("replay_mismatch");
    const traits = calculated.traits.map(({ key }) => key);
    expect(traits).toEqual(expect.arrayContaining(["patience", "self_control", "optimism", "risk_taking"]));
    expect(traits.includes("attention")).toBe(hand !== "keys");
  },
);

interface Scored {
  readonly calculated: {
    readonly flags: readonly { readonly key: string }[];
    readonly traits: readonly { readonly key: string }[];
  };
}
