import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type KillableChromium, launchChromium, launchWithProfile } from "./chromium.ts";
import { createDeployment, createSession, type Deployment } from "./server.ts";
import { openPhone } from "./support/phone.ts";
import { acceptConsent, answerPair, FRESH_MS, goOn, playMoney } from "./support/play.ts";

/** Pages that are left, put aside, killed, or without a network for minutes. */

let browser: Browser;
let money: Deployment;
let both: Deployment;

beforeAll(async () => {
  money = await createDeployment("Lifecycle", ["--tasks", "money_choices"]);
  both = await createDeployment("Lifecycle, both", ["--languages", "en,es"]);
  browser = await launchChromium();
});
afterAll(() => browser.close());

interface Sent {
  readonly call: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What the server has taken of the journey's calls, in that order. */
function takenCalls(page: Page): Sent[] {
  const sent: Sent[] = [];
  page.on("response", (response) => {
    const call = /\/play\/[^/]+\/([a-z-]+)$/.exec(response.url())?.[1];
    if (call === undefined || response.request().method() !== "POST" || !response.ok()) return;
    sent.push({ call, body: JSON.parse(response.request().postData() ?? "{}") as Sent["body"] });
  });
  return sent;
}

/** How long a call may take to arrive; the queue pauses up to 15 s without a network. */
const TAKEN = { timeout: 25_000, interval: 50 };

const notesOf = (sent: readonly Sent[]) => sent.filter(({ call }) => call === "note").map(({ body }) => body["kind"]);

async function reachPairs(page: Page, link: string): Promise<void> {
  await acceptConsent(page, link);
  await goOn(page);
  await page.locator(".sum").first().waitFor();
}

test.concurrent("back opens the pause menu once and leaves the second time; the link leads back into the journey", async () => {
  const session = await createSession(money);
  const phone = await openPhone(browser);
  const { page } = phone;
  await page.goto("about:blank");
  await reachPairs(page, session.link);
  await page.goBack();
  await page.getByRole("heading", { name: "Pause" }).waitFor();
  await phone.look("50-pause-by-back");
  await page.waitForTimeout(FRESH_MS);
  await page.getByRole("button", { name: "Go on playing" }).tap();
  await answerPair(page, "left");
  await page.goBack();
  await page.getByRole("heading", { name: "Pause" }).waitFor();
  await page.goBack();
  expect(page.url()).toBe("about:blank");
  await page.goto(session.link);
  await page.getByText("Welcome back").waitFor();
  expect(phone.errors).toEqual([]);
  await phone.close();
});

test.concurrent("after the end, back leads to where the applicant came from and not into the journey again", async () => {
  const session = await createSession(money);
  const phone = await openPhone(browser);
  const { page } = phone;
  await page.goto("about:blank");
  await reachPairs(page, session.link);
  await page.getByRole("button", { name: "Menu" }).tap();
  await page.waitForTimeout(FRESH_MS);
  await page.getByRole("button", { name: "Stop for good" }).tap();
  await page.waitForTimeout(FRESH_MS);
  await page.getByRole("button", { name: "Yes, stop for good" }).tap();
  await page.getByRole("heading", { name: "You stopped" }).waitFor();
  await page.goBack();
  expect(page.url()).toBe("about:blank");
  await phone.close();
});

function tomorrow(): string {
  return new Intl.DateTimeFormat("en", { weekday: "long" }).format(Date.now() + 24 * 3_600_000);
}

test.concurrent("stop for now says until when and how to come back, and the link goes on where it was", async () => {
  const before = tomorrow();
  const session = await createSession(money);
  const phone = await openPhone(browser);
  const { page } = phone;
  const sent = takenCalls(page);
  await reachPairs(page, session.link);
  await answerPair(page, "left");
  await page.getByRole("button", { name: "Menu" }).tap();
  await page.getByRole("heading", { name: "Pause" }).waitFor();
  await phone.look("51-pause");
  await page.waitForTimeout(FRESH_MS);
  await page.getByRole("button", { name: "Stop for now" }).tap();
  await page.getByRole("heading", { name: "See you later" }).waitFor();
  await phone.look("52-stop-for-now");
  const said = /Your place is kept until (\w+)/.exec(await page.locator("dialog").innerText())?.[1];
  // A link lives for a day; around midnight that is one of two.
  expect([before, tomorrow()]).toContain(said);
  await vi.waitFor(() => expect(notesOf(sent)).toEqual(["stopped_for_now"]), TAKEN);
  expect(sent.filter(({ call }) => call === "batches").length).toBeGreaterThan(0);
  await page.close();
  const later = await phone.context.newPage();
  await later.goto(session.link);
  await later.getByText("Welcome back").waitFor();
  await phone.close();
});

test.concurrent("without a network from the first game's first screen on, the next game is there, drawn and playable", async () => {
  const session = await createSession(both);
  const phone = await openPhone(browser);
  const { page } = phone;
  const sent = takenCalls(page);
  const styles = new Set<string>();
  page.on("response", (response) => styles.add(new URL(response.url()).pathname));
  await acceptConsent(page, session.link);
  await page.getByRole("heading", { name: "Now or later" }).waitFor();
  await page.waitForLoadState("networkidle");
  await phone.context.setOffline(true);
  await playMoney(page);
  await page.getByRole("heading", { name: "Game 1 of 2 is done" }).waitFor();
  await page.locator(".offline").waitFor();
  await phone.look("53-between-offline");
  await goOn(page);
  await page.getByRole("heading", { name: "Quick taps" }).waitFor();
  await goOn(page);
  await page.locator(".stage.taps .pad").first().waitFor();
  const pad = await page
    .locator(".pad")
    .first()
    .evaluate((element) => getComputedStyle(element).borderTopStyle);
  expect(pad).not.toBe("outset");
  await phone.look("54-second-game-offline");
  await phone.context.setOffline(false);
  await vi.waitFor(() => expect(sent.filter(({ call }) => call === "task-done")).toHaveLength(1), TAKEN);
  const done = sent.find(({ call }) => call === "task-done");
  expect(done?.body["digest"]).toMatch(/^[0-9a-f]{16}$/);
  expect(phone.errors).toEqual([]);
  await phone.close();
});

test.concurrent("a turned phone is noted with its size, and the game goes on", async () => {
  const session = await createSession(money);
  const phone = await openPhone(browser);
  const { page } = phone;
  const sent = takenCalls(page);
  await reachPairs(page, session.link);
  await page.setViewportSize({ width: 844, height: 390 });
  await vi.waitFor(() => expect(notesOf(sent)).toEqual(["resized"]), TAKEN);
  expect(sent.find(({ call }) => call === "note")?.body["viewport"]).toEqual([844, 390]);
  await phone.look("55-turned");
  await phone.close();
});

interface Press {
  readonly kind: string;
  readonly source?: string;
  readonly path?: readonly number[];
}

test.concurrent("a mouse's way to its press is told in at most twenty points that end at the press", async () => {
  const session = await createSession(money);
  const desk = await openPhone(browser, { isMobile: false, hasTouch: false, viewport: { width: 1280, height: 800 } });
  const { page } = desk;
  const sent = takenCalls(page);
  await acceptConsent(page, session.link, "keys");
  await goOn(page, "keys");
  const box = await page.locator('.sum[data-side="left"]').boundingBox();
  if (box === null) throw new Error("there is no sum on the screen");
  await page.waitForTimeout(FRESH_MS);
  await page.mouse.move(10, 10);
  await page.mouse.move(box.x + box.width / 2 + 8, box.y + box.height / 2, { steps: 40 });
  await page.mouse.down();
  await page.mouse.up();
  const pressed = (): Press | undefined =>
    sent
      .flatMap(({ call, body }) => (call === "batches" ? (body["inputs"] as readonly Press[]) : []))
      .find(({ kind }) => kind === "press");
  await vi.waitFor(() => expect(pressed()).toBeDefined(), TAKEN);
  const path = pressed()?.path ?? [];
  expect(pressed()?.source).toBe("mouse");
  expect(path.length).toBeGreaterThanOrEqual(6);
  expect(path.length).toBeLessThanOrEqual(60);
  expect(path.length % 3).toBe(0);
  expect(path[0]).toBeGreaterThan(path[path.length - 3] ?? Number.NaN);
  await desk.close();
});

/** Chromium writes a page's storage to disk after 5 s, and a second time within its first minutes only after up to 60 s. */
const KEPT_MS = 90_000;

/** Resolves once the browser has written the text into its profile: before that a killed browser had not kept it. */
async function keptOnDisk(profile: string, text: string): Promise<void> {
  const folder = join(profile, "Default", "Local Storage", "leveldb");
  const deadline = Date.now() + KEPT_MS;
  for (;;) {
    const logs = readdirSync(folder).filter((name) => /\.(log|ldb)$/.test(name));
    if (logs.some((name) => readFileSync(join(folder, name), "latin1").includes(text))) return;
    if (Date.now() > deadline) throw new Error(`the browser did not write ${text} within ${String(KEPT_MS)} ms`);
    await delay(100);
  }
}

test.concurrent("a browser that is killed without a network has kept the answers, and its next start sends them once", async () => {
  const session = await createSession(money);
  const profile = mkdtempSync(join(tmpdir(), "tallystick-profile-"));
  let running: KillableChromium | null = null;
  try {
    const first = (running = await launchWithProfile(profile));
    await acceptConsent(first.page, session.link, "keys");
    await goOn(first.page, "keys");
    await first.page.locator(".sum").first().waitFor();
    await first.page.context().setOffline(true);
    await answerPair(first.page, "left", "keys");
    await first.page.locator(".offline").waitFor();
    await keptOnDisk(profile, `tallystick/queue/${session.session_id}/1/1/0`);
    await first.kill();
    running = null;

    const second = (running = await launchWithProfile(profile));
    const sent = takenCalls(second.page);
    await second.page.goto(session.link);
    await second.page.getByText("Welcome back").waitFor();
    const batches = sent.filter(({ call }) => call === "batches").map(({ body }) => body);
    expect(batches.map(({ attempt, epoch, seq }) => [attempt, epoch, seq])).toEqual(
      batches.map((_, index) => [1, 1, index]),
    );
    expect(batches.length).toBeGreaterThan(0);
  } finally {
    // Also after a failure: no browser of a test outlives it.
    await running?.kill();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
