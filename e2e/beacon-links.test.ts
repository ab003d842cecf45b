import { readFileSync } from "node:fs";

import type { Browser, Download, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { readCsv } from "../apps/server/src/infra/testing/workbook.ts";
import { followLink } from "../tools/harness/applicant.ts";
import { launchChromium } from "./chromium.ts";
import { createDeployment, type Deployment } from "./server.ts";
import { createPerson, judge, openBeacon, tabTo, type BeaconPerson } from "./support/beacon.ts";
import { postUid, watchAddresses } from "./support/results.ts";

/** Link Generator: making, handing out, ending links. */

let browser: Browser;
let deployment: Deployment;
let admin: BeaconPerson;
let viewer: BeaconPerson;

beforeAll(async () => {
  browser = await launchChromium();
  deployment = await createDeployment("Links", []);
  admin = await createPerson("admin");
  viewer = await createPerson("viewer");
});
afterAll(async () => browser.close());

const list = (more = ""): string => `/links?env=test&deployment=${deployment.deployment_id}${more}`;

async function openMaking(person = admin, colorScheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await openBeacon(browser, person, { path: list(), colorScheme });
  await page.getByRole("button", { name: "Make links" }).click();
  return page;
}

/** A batch of so many links, made on the screen; the page shows it. */
async function makeBatch(name: string, count: number, colorScheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await openMaking(admin, colorScheme);
  await page.getByLabel("Name of the batch").fill(name);
  await page.getByLabel("How many").fill(String(count));
  await page.getByRole("button", { name: "Check before making" }).click();
  await page.getByRole("button", { name: `Make ${String(count)} link` }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  await page.locator("tbody tr").first().waitFor();
  return page;
}

/** Whether the journey begins behind the link; one that ended leads to its end, one that was replaced says so. */
async function isPlayable(link: string): Promise<boolean> {
  if ((await fetch(link, { redirect: "manual" })).status !== 303) return false;
  return (await (await followLink(link)).page()).status === 200;
}

async function firstLink(page: Page): Promise<string> {
  return page.locator("tbody tr code").first().innerText();
}

async function openDrawer(page: Page): Promise<void> {
  await page
    .getByRole("button", { name: /^QR and more for / })
    .first()
    .click();
  await page.getByRole("img", { name: /^QR code of the link of / }).waitFor();
}

async function bytesOf(page: Page, button: string): Promise<{ readonly file: Download; readonly bytes: Buffer }> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: button }).click()]);
  return { file, bytes: readFileSync(await file.path()) };
}

test.each(["light", "dark"] as const)("a number of links is checked, made and listed, in %s", async (colorScheme) => {
  const page = await openMaking(admin, colorScheme);
  await judge(page, "making");
  await page.context().close();
  const made = await makeBatch(`By count, ${colorScheme}`, 3, colorScheme);
  expect(await made.locator("tbody tr").count()).toBe(3);
  expect(await made.getByRole("list", { name: "Links by state" }).innerText()).toMatch(/^3\s+Created$/);
  expect(await made.locator(".environment-name").innerText()).toBe("Test");
  await judge(made, "batch");
  expect(await isPlayable(await firstLink(made))).toBe(true);
  await made.context().close();
});

test("a list is judged line by line before anything is made, and the bad lines are left out and named", async () => {
  const used = `USED-${String(process.pid)}`;
  await postUid(deployment.test, used);
  const page = await openMaking();
  const addresses = watchAddresses(page);
  await page.getByLabel("Name of the batch").fill("By list");
  await page.getByLabel("For whom").selectOption("list");
  const csv = ["uid", "LOAN-7001", "loan_7001", "bad uid!", used, "LOAN-8002"].join("\n");
  await page.getByLabel("CSV file").setInputFiles({ name: "uids.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await expect.poll(() => page.getByLabel("Or paste it here").inputValue()).toBe(csv);
  await page.getByRole("button", { name: "Check before making" }).click();
  const report = page.getByRole("region", { name: "Lines to look at" });
  await report.waitFor();
  const lines = (await report.locator("tbody tr").allInnerTexts()).map((line) => line.replaceAll(/\s+/g, " "));
  expect(lines).toEqual([
    expect.stringMatching(/^2 LOAN-7001 Look at it Easily mistaken for loan_7001 on line 3/),
    expect.stringMatching(/^3 loan_7001 Look at it Easily mistaken for LOAN-7001 on line 2/),
    expect.stringMatching(/^4 bad uid! Can not be used uid has a space at position 4.*\. Use 5 to 60 characters/),
    expect.stringMatching(new RegExp(`^5 ${used} Can not be used .* The session there: Created`)),
  ]);
  await judge(page, "report");
  expect(await page.getByRole("table").getByText("By list").count()).toBe(0);
  await page.getByText("2 lines will be left out, and named in the batch.").waitFor();
  await page.getByRole("button", { name: "Make 3 links" }).click();
  await page.getByRole("heading", { name: "By list", level: 1 }).waitFor();
  await page.getByText("2 lines left out").click();
  expect(await page.locator("details li").allInnerTexts()).toEqual(["Line 4: uid invalid", "Line 5: uid already used"]);
  const shown = await page.locator("tbody tr td:first-child").allInnerTexts();
  expect(shown.toSorted()).toEqual(["LOAN-7001", "LOAN-8002", "loan_7001"]);
  await judge(page, "batch of a list");
  expect(addresses.filter((address) => /LOAN-7001|USED-/i.test(address))).toEqual([]);
  await page.context().close();
});

test("what was found is forgotten as soon as the list changes, and a list without a good line makes nothing", async () => {
  const page = await openMaking();
  await page.getByLabel("Name of the batch").fill("Nothing");
  await page.getByLabel("For whom").selectOption("list");
  await page.getByLabel("Or paste it here").fill("no good!\n");
  await page.getByRole("button", { name: "Check before making" }).click();
  await page.getByText("No link can be made of this").waitFor();
  expect(await page.getByRole("button", { name: /^Make \d/ }).count()).toBe(0);
  await page.getByLabel("Or paste it here").fill("NOW-GOOD-1\n");
  expect(await page.getByText("No link can be made of this").count()).toBe(0);
  await page.getByRole("button", { name: "Check before making" }).click();
  await page.getByRole("button", { name: "Make 1 link", exact: true }).waitFor();
  await page.context().close();
});

test("a large batch shows how far it has come, and is there when it is complete", async () => {
  const page = await openMaking();
  await page.getByLabel("Name of the batch").fill("Large");
  await page.getByLabel("How many").fill("6000");
  await page.getByRole("button", { name: "Check before making" }).click();
  await page.getByRole("button", { name: "Make 6,000 links" }).click();
  await page.getByRole("progressbar", { name: "links" }).waitFor();
  await judge(page, "being made");
  const counts = page.getByRole("list", { name: "Links by state" });
  await counts.getByText("6,000").waitFor({ timeout: 60_000 });
  await page.getByText("A sheet holds the first 2 000 codes").waitFor();
  await page.getByRole("button", { name: "Show more" }).click();
  await expect.poll(() => page.locator("tbody tr").count()).toBe(100);
  await page.context().close();
});

test("links go out as copied text, as a file with messages, as codes on paper, in words that one may change", async () => {
  const page = await makeBatch("Hand out", 2);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const link = await firstLink(page);
  await page
    .getByRole("button", { name: /^Copy link of / })
    .first()
    .click();
  await page.getByText(/^link of .* copied\.$/i).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);

  await page.getByText(/^1 SMS for each person, \d+ characters left\.$/).waitFor();
  await page.getByLabel("Language of the message").selectOption("hi");
  await page.getByText(/SMS for each person/).waitFor();
  await page.getByLabel("Language of the message").selectOption("en");
  await page.getByLabel("Your own text, if the template does not fit").fill("Play here: {link}");
  await page.getByText(/^Play here: https?:/).waitFor();
  await page.getByLabel("Your own text, if the template does not fit").fill("Play here");
  await page.getByRole("alert").waitFor();
  await judge(page, "a text without its link");

  const { file, bytes } = await bytesOf(page, "CSV with links and messages");
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  const [head = [], ...rows] = readCsv(bytes);
  expect(rows.map((row) => row[head.indexOf("link")])).toContain(link);
  expect(rows).toHaveLength(2);
  const sheet = await bytesOf(page, "Sheet of QR codes, A4");
  expect(sheet.bytes.subarray(0, 5).toString()).toBe("%PDF-");
  await page.context().close();
});

test("one link gets another day, another link, and an end; the old ones answer accordingly", async () => {
  const page = await makeBatch("One link", 1);
  const link = await firstLink(page);
  await openDrawer(page);
  await judge(page, "drawer");
  const drawer = page.getByRole("dialog").first();
  await drawer.getByRole("button", { name: "Extend", exact: true }).click();
  const ask = page.getByRole("dialog", { name: /^Extend the link of/ });
  const day = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
  await ask.getByLabel("Good until the end of").fill(day);
  await judge(page, "extend");
  await ask.getByRole("button", { name: "Extend", exact: true }).click();
  await ask.waitFor({ state: "detached" });
  await expect
    .poll(() => drawer.locator("time").last().getAttribute("datetime"))
    .toMatch(new RegExp(`^${day.slice(0, 7)}`));

  await drawer.getByRole("button", { name: "New link instead" }).click();
  await page.getByRole("button", { name: "Make the new link" }).click();
  await page.getByText("The new link works; the old one says that it was replaced.").waitFor();
  const next = await drawer.locator("code").first().innerText();
  expect(next).not.toBe(link);
  expect(await isPlayable(next)).toBe(true);
  expect(await isPlayable(link)).toBe(false);

  await drawer.getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByRole("button", { name: "Revoke the link" }).click();
  await page.getByRole("dialog").first().waitFor({ state: "detached" });
  await expect.poll(() => page.locator("tbody tr").innerText()).toMatch(/Cancelled/);
  expect(await isPlayable(next)).toBe(false);
  expect(await page.getByRole("button", { name: "Revoke all open" }).count()).toBe(0);
  await page.context().close();
});

test("all open links of a batch get another day at once, and end at once", async () => {
  const page = await makeBatch("All at once", 3);
  const link = await firstLink(page);
  await page.getByRole("button", { name: "Extend all" }).click();
  const ask = page.getByRole("dialog", { name: "Extend 3 open links" });
  await ask.getByLabel("Good until the end of").fill("2098-05-04");
  await ask.getByRole("button", { name: "Extend", exact: true }).click();
  await page.getByRole("alert").waitFor();
  await judge(page, "too far ahead");
  const day = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
  await ask.getByLabel("Good until the end of").fill(day);
  await ask.getByRole("button", { name: "Extend", exact: true }).click();
  await ask.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Revoke all open" }).click();
  await judge(page, "revoke all");
  await page.getByRole("button", { name: "Revoke them" }).click();
  const counts = page.getByRole("list", { name: "Links by state" });
  await expect.poll(() => counts.innerText(), { timeout: 15_000 }).toMatch(/^3\s+Cancelled$/);
  expect(await isPlayable(link)).toBe(false);
  await page.getByLabel("State", { exact: true }).selectOption("created");
  await page.getByText("No link is in this state").waitFor();
  await page.context().close();
});

test("a viewer sees how links get on, and no link; the call for them is refused", async () => {
  const { baseUrl } = inject("e2e");
  const made = await makeBatch("For viewers", 2);
  const link = await firstLink(made);
  const path = new URL(made.url()).pathname.replace(/^\/beacon\/c\/[^/]+/, "");
  await made.context().close();
  const page = await openBeacon(browser, viewer, { path: list() });
  await page.getByRole("link", { name: "For viewers" }).waitFor();
  expect(await page.getByRole("button", { name: "Make links" }).count()).toBe(0);
  expect(await page.getByText(/usr_/).count()).toBe(0);
  await judge(page, "a viewer's batches");
  const answers: string[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/beacon/api/")) void response.text().then((text) => answers.push(text));
  });
  await page.getByRole("link", { name: "For viewers" }).click();
  await page.getByText("The links themselves are for admins").waitFor();
  expect(await page.getByRole("list", { name: "Links by state" }).innerText()).toMatch(/^2\s+Created$/);
  expect(await page.getByRole("button", { name: /Revoke|Extend/ }).count()).toBe(0);
  await judge(page, "a viewer's batch");
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.filter((answer) => answer.includes(new URL(link).pathname))).toEqual([]);
  await page.context().close();
  const [, environmentId = "", batchId = ""] = /\/links\/([^/]+)\/([^/?]+)/.exec(path) ?? [];
  const { companyId } = inject("e2e");
  const api = `${baseUrl}/beacon/api/companies/${companyId}/environments/${environmentId}/link-batches/${batchId}`;
  for (const what of ["links", "export", "sheet"]) {
    expect((await fetch(`${api}/${what}`, { headers: { cookie: viewer.cookie } })).status, what).toBe(403);
  }
});

test("by keyboard alone: make a link, look at its code, end it", async () => {
  const page = await openBeacon(browser, admin, { path: list() });
  await tabTo(page, "Make links");
  await page.keyboard.press("Enter");
  await tabTo(page, "Name of the batch");
  await page.keyboard.type("By keyboard");
  await tabTo(page, "How many");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("1");
  await tabTo(page, "Check before making");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Make 1 link", exact: true }).waitFor();
  await tabTo(page, "Make 1 link");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "By keyboard", level: 1 }).waitFor();
  const more = page.getByRole("button", { name: /^QR and more for / });
  await more.waitFor();
  await tabTo(page, (await more.getAttribute("aria-label")) ?? "");
  await page.keyboard.press("Enter");
  await page.getByRole("img", { name: /^QR code/ }).waitFor();
  await tabTo(page, "Revoke");
  await page.keyboard.press("Enter");
  await tabTo(page, "Revoke the link");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator("tbody tr").innerText()).toMatch(/Cancelled/);
  await page.context().close();
});
