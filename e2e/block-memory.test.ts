import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { createDeployment, createSession, type Deployment } from "./server.ts";
import { openPhone } from "./support/phone.ts";
import { acceptConsent, FRESH_MS, goOn } from "./support/play.ts";
import { playTask } from "./support/play-task.ts";

let browser: Browser;
let deployment: Deployment;

beforeAll(async () => {
  deployment = await createDeployment("Blocks", ["--battery", "extended-1", "--tasks", "block_memory"]);
  browser = await launchChromium();
});
afterAll(() => browser.close());

interface Sent {
  readonly kind: string;
  readonly stimulus?: string;
  readonly choice?: string;
  readonly at: number;
}

/** All inputs the page sends, as the server will store them. */
function collectInputs(page: Page): Sent[] {
  const inputs: Sent[] = [];
  page.on("request", (request) => {
    if (!request.url().endsWith("/batches")) return;
    inputs.push(...(JSON.parse(request.postData() ?? "{}") as { inputs: Sent[] }).inputs);
  });
  return inputs;
}

test.concurrent("a pause while blocks light up costs nothing: the trial starts over from its first block, and that is recorded", async () => {
  const { link } = await createSession(deployment);
  const phone = await openPhone(browser);
  const { page } = phone;
  const inputs = collectInputs(page);
  await acceptConsent(page, link);
  await goOn(page);
  await page.locator('[data-lit="true"]').waitFor();
  await page.getByRole("button", { name: "Menu" }).tap();
  await page.waitForTimeout(FRESH_MS);
  await page.getByRole("button", { name: "Go on playing" }).tap();
  await page.getByRole("heading", { name: "Paused" }).waitFor();
  await phone.look("blocks-paused");
  await goOn(page);
  await page.locator('.stage.blocks[data-phase="watch"]').waitFor();
  await playTask(page, "finger");
  await page.getByRole("heading", { name: "Thank you" }).waitFor();
  expect(inputs.filter(({ kind }) => kind === "restart").map(({ stimulus }) => stimulus)).toEqual(["practice-0"]);
  const shown = inputs.filter(({ kind, stimulus }) => kind === "shown" && stimulus === "practice-0/0");
  expect(shown).toHaveLength(2);
  expect(phone.errors).toEqual([]);
  await phone.close();
});

test.concurrent("who hears the page is told one number after the other and answers on buttons of that name", async () => {
  const { link } = await createSession(deployment);
  const phone = await openPhone(browser);
  const { page } = phone;
  const inputs = collectInputs(page);
  await acceptConsent(page, link);
  const spoken = page.getByRole("button", { name: "I use a screen reader" });
  await spoken.waitFor();
  await page.waitForTimeout(FRESH_MS);
  await spoken.tap();
  await page.getByRole("button", { name: "See the blocks light up" }).waitFor();
  await phone.look("blocks-spoken-intro");
  await goOn(page);
  const heard: string[] = [];
  for (let number = 0; number < 2; number += 1) {
    await page.waitForFunction(
      (before) => {
        const text = document.querySelector("[aria-live]")?.textContent ?? "";
        return /^\d$/.test(text) && text !== before;
      },
      heard.at(-1) ?? "",
      { polling: 20 },
    );
    heard.push(await page.locator("[aria-live]").innerText());
  }
  await page.locator('.stage.blocks[data-phase="turn"]').waitFor();
  await phone.look("blocks-spoken-turn");
  for (const number of heard) await page.getByRole("button", { name: `Block ${number}`, exact: true }).tap();
  // Right at once, so the practice is not repeated.
  await page.getByRole("heading", { name: "Now the real round" }).waitFor();
  await expect.poll(() => inputs.filter(({ kind }) => kind === "press").length, { timeout: 10_000 }).toBe(2);
  expect(inputs.find(({ kind }) => kind === "mode")?.choice).toBe("spoken");
  const numbers = inputs.filter(({ kind, stimulus }) => kind === "shown" && /\/\d$/.test(stimulus ?? ""));
  expect((numbers[1]?.at ?? 0) - (numbers[0]?.at ?? 0)).toBeGreaterThanOrEqual(1_500);
  await phone.close();
});
