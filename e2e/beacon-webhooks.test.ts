import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type Receiver, startReceiver } from "../tools/harness/receiver.ts";
import { launchChromium } from "./chromium.ts";
import { createDeployment, createSession, type Deployment } from "./server.ts";
import { createPerson, judge, openBeacon, tabTo, type BeaconPerson } from "./support/beacon.ts";

/** The lender's server: refuses what names one of these uids until it is mended. */
const refused = new Set<string>();

let browser: Browser;
let admin: BeaconPerson;
let viewer: BeaconPerson;
let receiver: Receiver;
let deployment: Deployment;

const GOOD = `SIM-LOWRISK-${String(process.pid)}-ok`;
const BAD = `SIM-HIGHRISK-${String(process.pid)}-no`;

beforeAll(async () => {
  browser = await launchChromium();
  admin = await createPerson("admin");
  viewer = await createPerson("viewer");
  receiver = await startReceiver();
  receiver.answerWith(({ body }) => ([...refused].some((uid) => body.includes(uid)) ? 503 : 200));
  deployment = await createDeployment("Webhooks", ["--webhook-url", `${receiver.url}?secret=1`]);
  refused.add(BAD);
  await createSession(deployment, { uid: GOOD });
  await createSession(deployment, { uid: BAD });
});
afterAll(async () => {
  await browser.close();
  await receiver.close();
});

async function openLog(person: BeaconPerson, more = "", view: Partial<Parameters<typeof openBeacon>[2]> = {}) {
  return openBeacon(browser, person, {
    ...view,
    path: `/webhooks?deployment=${deployment.deployment_id}&env=test${more}`,
  });
}

const rows = (page: Page, uid: string) =>
  page.getByRole("table", { name: "Deliveries" }).getByRole("row").filter({ hasText: uid });

test("the log opens on Production, and what is chosen stands in the address and survives the way back", async () => {
  const page = await openBeacon(browser, viewer, { path: "/webhooks" });
  expect(await page.locator("html").getAttribute("data-environment")).toBe("production");
  await page.getByLabel("Deployment", { exact: true }).selectOption(deployment.deployment_id);
  await page.getByLabel("Environment", { exact: true }).selectOption("test");
  await rows(page, GOOD).first().waitFor();
  expect(await page.locator("html").getAttribute("data-environment")).toBe("test");
  await page.getByLabel("State").selectOption("pending");
  await rows(page, GOOD).first().waitFor({ state: "detached" });
  await page.reload();
  await rows(page, BAD).first().waitFor();
  expect(await rows(page, GOOD).count()).toBe(0);
  await page.goBack();
  await rows(page, GOOD).first().waitFor();
  await page.context().close();
});

test("an attempt that failed is told in words with its request and answer, and sent again it arrives", async () => {
  const page = await openLog(admin);
  await judge(page, "the log");
  await rows(page, BAD).filter({ hasText: "psychometric_score.complete" }).getByRole("link").click();
  const drawer = page.getByRole("dialog", { name: "Delivery" });
  await drawer.getByText("Answered 503: the receiver failed.").first().waitFor();
  await drawer.getByRole("region", { name: "Body of the answer" }).getByText("ok").waitFor();
  expect(page.url()).toContain("delivery=dlv_");
  const text = (await drawer.textContent()) ?? "";
  expect(text).toContain("x-signature: …");
  expect(text).toContain('"score_confidence"');
  expect(text).not.toContain("secret=1");
  await judge(page, "a delivery");
  refused.delete(BAD);
  await drawer.getByRole("button", { name: "Send again" }).click();
  await drawer.getByText("Answered 200: received.").waitFor();
  await drawer.getByText("Your server answered 200").waitFor();
  await page.goBack();
  await drawer.waitFor({ state: "detached" });
  await page.context().close();
});

test("a uid is looked for without ever standing in an address that is sent", async () => {
  const page = await openLog(viewer);
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.url()));
  await page.getByLabel("Uid").fill(GOOD);
  await page.keyboard.press("Enter");
  await rows(page, BAD).first().waitFor({ state: "detached" });
  await rows(page, GOOD).nth(1).waitFor();
  expect(await rows(page, BAD).count()).toBe(0);
  expect(new URL(page.url()).hash).toBe(`#uid=${GOOD}`);
  await page.getByLabel("Uid").fill("APP-OF-NOBODY");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Look everywhere for it" }).click();
  await page.getByRole("heading", { name: "Trace a uid" }).waitFor();
  expect(await page.getByLabel("Uid").inputValue()).toBe("APP-OF-NOBODY");
  expect(sent.length).toBeGreaterThan(2);
  expect(sent.filter((url) => url.includes(GOOD) || url.includes("NOBODY"))).toEqual([]);
  await page.context().close();
});

test("all that did not arrive is counted, sent again, and stands among the replays with what became of it", async () => {
  const uid = `SIM-LOWTRUST-${String(process.pid)}-no`;
  refused.add(uid);
  await createSession(deployment, { uid });
  const page = await openLog(admin, "&tab=replays", { colorScheme: "dark" });
  await page.getByRole("button", { name: "Send deliveries again" }).click();
  const dialog = page.getByRole("dialog", { name: "Send deliveries again" });
  await dialog.getByText(/waiting for the next attempt/).waitFor();
  await judge(page, "sending again, dark");
  refused.delete(uid);
  await dialog.getByRole("button", { name: "Send again" }).click();
  const replay = page.getByRole("row").filter({ hasText: "All that were not delivered" });
  await replay.getByText("Done", { exact: true }).waitFor();
  await judge(page, "the replays, dark");
  await page.getByRole("button", { name: "Send deliveries again" }).click();
  await dialog.getByLabel("Which").selectOption("range");
  await dialog.getByLabel("Also what was delivered").check();
  await dialog.getByRole("button", { name: "Send again" }).click();
  await page.getByRole("row").filter({ hasText: "Everything of" }).getByText("Done", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Notices" }).click();
  await page.getByText("never failed for a whole day").waitFor();
  await judge(page, "the notices, dark");
  await page.context().close();
});

test("a viewer reads deliveries and replays and finds nothing to send", async () => {
  const page = await openLog(viewer, "", { viewport: { width: 390, height: 800 } });
  await rows(page, GOOD).first().getByRole("link").click();
  const drawer = page.getByRole("dialog", { name: "Delivery" });
  await drawer.getByText("Answered 200: received.").first().waitFor();
  expect(await drawer.getByRole("button", { name: "Send again" }).count()).toBe(0);
  await judge(page, "a delivery as a viewer on a phone");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Sent again" }).click();
  await page.getByRole("heading", { name: "Sent again" }).waitFor();
  expect(await page.getByRole("button", { name: "Send deliveries again" }).count()).toBe(0);
  await judge(page, "the replays as a viewer on a phone");
  await page.context().close();
});

test("the keyboard reaches a delivery, reads it and comes back to where it was", async () => {
  const page = await openLog(admin);
  await rows(page, GOOD).first().waitFor();
  await tabTo(page, "psychometric_score.complete");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Delivery" }).getByText("webhook-id").first().waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("psychometric_score.complete");
  await page.context().close();
});
