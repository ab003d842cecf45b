import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { completeJourney } from "../tools/harness/applicant.ts";
import { startReceiver, type Receiver } from "../tools/harness/receiver.ts";
import { launchChromium } from "./chromium.ts";
import { cli, createDeployment, type Deployment } from "./server.ts";
import { createPerson, judge, openBeacon, type BeaconPerson } from "./support/beacon.ts";
import { postUid, simulate, type Announced } from "./support/results.ts";

/** One result and its parts, over what the sandbox played. */

const LOW_TRUST = "SIM-LOWTRUST-1";
const UIDS = ["SIM-LOWRISK-1", LOW_TRUST];

let browser: Browser;
let receiver: Receiver;
let deployment: Deployment;
let admin: BeaconPerson;
let viewer: BeaconPerson;
let announced: readonly Announced[];

beforeAll(async () => {
  [browser, receiver] = await Promise.all([launchChromium(), startReceiver()]);
  deployment = await createDeployment("Result", ["--webhook-url", receiver.url, "--battery", "standard-1"]);
  announced = await simulate(deployment, receiver, UIDS);
  admin = await createPerson("admin");
  viewer = await createPerson("viewer");
});
afterAll(async () => {
  await browser.close();
  await receiver.close();
});

/** The list of this file's deployment alone: other journeys run in the same company. */
const list = (more = ""): string => `/results?env=test&deployment=${deployment.deployment_id}${more}`;
async function openDetail(person: BeaconPerson, uid: string, more: Partial<Parameters<typeof openBeacon>[2]> = {}) {
  const page = await openBeacon(browser, person, { path: list(), ...more });
  await page.getByRole("link", { name: uid, exact: true }).click();
  await page.getByRole("heading", { name: uid, level: 1 }).waitFor();
  return page;
}

test.each(["light", "dark"] as const)(
  "every part of a result reads well in %s, and low confidence asks for a review",
  async (colorScheme) => {
    const page = await openDetail(viewer, LOW_TRUST, { colorScheme });
    const told = announced.find(({ uid }) => uid === LOW_TRUST);
    if (told === undefined || told.score === null) throw new Error("the sandbox scored nobody");
    const scale = page.getByRole("img", { name: /^The score on its scale, lower is better/ });
    expect(await scale.getAttribute("aria-label")).toMatch(
      new RegExp(`: ${String(told.score)} of 100, 80 % band \\d+ to \\d+$`),
    );
    await page.getByText("Low: review").waitFor();
    const advice = page.locator(".note", { hasText: "Review before you decide" });
    expect(await advice.innerText()).toMatch(/Never decline automatically/);
    await page.getByRole("row", { name: /^Patience/ }).waitFor();
    await page.getByRole("heading", { name: "What raised the risk most" }).waitFor();
    const flags = page.locator("section", { has: page.getByRole("heading", { name: "Flags" }) });
    expect(await flags.locator("dt").count()).toBe(told.flags.length);
    expect(await page.getByRole("button", { name: /Open again|Cancel|Try scoring/ }).count()).toBe(0);
    await judge(page, "result");
    const parts = [
      ["Task by task", "Now or later"],
      ["Time line", "Scored 81 (VERY_HIGH), data confidence LOW (review)"],
      ["Webhooks", "psychometric_score.complete"],
      ["Record", "Hash of the inputs"],
    ] as const;
    for (const [tab, holds] of parts) {
      await page.getByRole("link", { name: tab, exact: true }).click();
      await page.getByText(holds).first().waitFor();
      await judge(page, tab);
    }
    await page.context().close();
  },
);

test("a recording plays in its frame, and the list beside it follows", async () => {
  const page = await openDetail(viewer, LOW_TRUST);
  await page.getByRole("link", { name: "Task by task" }).click();
  await page.getByRole("button", { name: "See it again" }).first().click();
  const frame = page.frameLocator("iframe[title='What the applicant saw']");
  await frame.getByLabel("Speed").selectOption("4");
  await frame.getByLabel("Shorten waits").check();
  const place = (): Promise<number> =>
    page
      .getByRole("region", { name: "Inputs of attempt 1" })
      .locator("tbody tr")
      .evaluateAll((rows) => rows.findIndex((row) => row.classList.contains("selected")));
  expect(await place()).toBe(-1);
  await frame.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(place, { timeout: 20_000 }).toBeGreaterThan(1);
  await frame.getByRole("button", { name: "Pause" }).click();
  const paused = await place();
  for (let step = 0; step < 8; step += 1) await frame.getByRole("button", { name: "Next input" }).click();
  await expect.poll(place).toBe(paused + 8);
  const isInSight = await page.locator("tr.selected").evaluate((row) => {
    const list = row.closest("div[class*=moments]")?.getBoundingClientRect();
    const { top, bottom } = row.getBoundingClientRect();
    return list !== undefined && top >= list.top && bottom <= list.bottom;
  });
  expect(isInSight).toBe(true);
  await judge(page, "playback");
  await page.getByRole("button", { name: "Close the playback" }).click();
  await page.locator("iframe").waitFor({ state: "detached" });
  await page.context().close();
});

test("an admin sends a webhook again, and the receiver gets the same bytes", async () => {
  const page = await openDetail(admin, "SIM-LOWRISK-1");
  await page.getByRole("link", { name: "Webhooks", exact: true }).click();
  const sent = () =>
    receiver.received.filter(({ body }) => /"SIM-LOWRISK-1".*psychometric_score/.test(body)).map(({ body }) => body);
  const [first] = sent();
  await page.getByRole("link", { name: "psychometric_score.complete" }).waitFor();
  await judge(page, "an admin's webhooks");
  await page.getByRole("button", { name: "Send again: psychometric_score.complete" }).click();
  await page.getByText("It is queued to be sent again, byte for byte the same.").waitFor();
  await expect.poll(sent, { timeout: 15_000 }).toEqual([first, first]);
  await page.context().close();
});

test("a session is cancelled, which the lender hears, and opened again with a link that works", async () => {
  const uid = `AGAIN-${String(process.pid)}`;
  await postUid(deployment.test, uid);
  const page = await openDetail(admin, uid);
  await page.getByText("The link has not been opened yet.").waitFor();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await judge(page, "cancel");
  await page.getByRole("button", { name: "Cancel the session" }).click();
  await page.getByText("It was cancelled before it was complete.").waitFor();
  await receiver.waitFor(({ body }) => body.includes(uid) && body.includes("application.cancelled"));
  await page.getByRole("button", { name: "Open again" }).click();
  await page.getByRole("button", { name: "Open it again" }).click();
  const link = await page.getByRole("dialog", { name: "Open again" }).locator("code").innerText();
  await judge(page, "opened again");
  expect((await fetch(link, { redirect: "manual" })).status).toBe(303);
  await page.keyboard.press("Escape");
  await page.getByText("The link has not been opened yet.").waitFor();
  await page.context().close();
});

test("what could not be scored says what is missing, and is scored once a model can", async () => {
  const { companyId } = inject("e2e");
  const company = ["--company", companyId];
  const version = `demanding-${String(process.pid)}`;
  const file = join(tmpdir(), `${version}.json`);
  await cli(["model", "export", "preview-1.1", "--out", file, ...company]);
  const model = JSON.parse(readFileSync(file, "utf8")) as { traits: object[] };
  const traits = model.traits.map((trait) => ({ ...trait, weight: 1 }));
  writeFileSync(file, JSON.stringify({ ...model, version, traits }));
  await cli(["model", "import", file, ...company]);
  const demanding = await createDeployment("Demanding", ["--model-version", version, "--battery", "preview-1"]);
  const uid = `NO-POINTER-${String(process.pid)}`;
  const { link } = await postUid(demanding.test, uid);
  // Attention is measured by pointer only.
  await completeJourney(link, { person: uid, player: "accessible" });
  const path = `/results?env=test&deployment=${demanding.deployment_id}&outcome=unscorable`;
  const page = await openBeacon(browser, admin, { path });
  await page.getByRole("link", { name: uid }).click();
  await page.getByText("This journey could not be scored").waitFor();
  await judge(page, "not scorable");
  await page.getByRole("button", { name: "Try scoring again" }).click();
  await page
    .getByRole("dialog", { name: "Scoring again" })
    .getByText(/^Quick taps: /)
    .waitFor();
  await judge(page, "still not scorable");
  await page.keyboard.press("Escape");
  await cli([
    "deployment",
    "set",
    demanding.deployment_id,
    "--env",
    "test",
    ...company,
    "--model-version",
    "preview-1.1",
  ]);
  // Settings are read at most a second late.
  await expect
    .poll(
      async () => {
        const again = page.getByRole("button", { name: "Try scoring again" });
        if (await again.isVisible()) await again.click();
        await page.keyboard.press("Escape");
        return page.getByRole("heading", { name: "Score", exact: true }).isVisible();
      },
      { timeout: 15_000, interval: 500 },
    )
    .toBe(true);
  await page.context().close();
});

test("on paper a result is dark ink on white and says of which environment it is, whatever the screen shows", async () => {
  const page = await openDetail(viewer, LOW_TRUST, { colorScheme: "dark" });
  await page.getByText("Low: review").waitFor();
  await page.emulateMedia({ media: "print" });
  const printed = await page.evaluate(() => {
    const seen = (selector: string) =>
      [...document.querySelectorAll<HTMLElement>(selector)].some((one) => one.checkVisibility());
    const heading = document.querySelector("h1");
    return {
      ground: getComputedStyle(document.documentElement).backgroundColor,
      ink: heading === null ? "" : getComputedStyle(heading).color,
      frame: seen(".head, .side, .tabs, .actions, .help-link"),
      mark: document.querySelector<HTMLElement>(".print-only")?.innerText ?? "",
    };
  });
  expect(printed).toMatchObject({ ground: "rgb(255, 255, 255)", ink: "rgb(23, 33, 43)", frame: false });
  expect(printed.mark).toMatch(/^Test Demo Lender, printed /);
  await judge(page, "print");
  await page.context().close();
});
