import { readFileSync } from "node:fs";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { readCsv, readWorkbook } from "../apps/server/src/infra/testing/workbook.ts";
import { startReceiver, type Receiver } from "../tools/harness/receiver.ts";
import { launchChromium } from "./chromium.ts";
import { cli, createDeployment, type Deployment } from "./server.ts";
import { createPerson, judge, openBeacon, tabTo, type BeaconPerson } from "./support/beacon.ts";
import { postUid, shownUids, simulate, watchAddresses, type Announced } from "./support/results.ts";

/** The list of results, over what the sandbox played. */

const LOW_TRUST = "SIM-LOWTRUST-1";
const UIDS = ["SIM-LOWRISK-1", "SIM-HIGHRISK-1", LOW_TRUST, "SIM-BOT-1", "SIM-CANCEL-1", "SIM-EXPIRE-1"];

let browser: Browser;
let receiver: Receiver;
let deployment: Deployment;
let admin: BeaconPerson;
let viewer: BeaconPerson;
let announced: readonly Announced[];

beforeAll(async () => {
  [browser, receiver] = await Promise.all([launchChromium(), startReceiver()]);
  deployment = await createDeployment("Results", ["--webhook-url", receiver.url, "--battery", "standard-1"]);
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
const newestFirst = (fits: (one: Announced) => boolean): readonly string[] =>
  announced
    .filter(fits)
    .map(({ uid }) => uid)
    .toReversed();

async function pick(page: Page, menu: string, ...choices: readonly string[]): Promise<void> {
  await page.getByRole("button", { name: menu }).click();
  for (const choice of choices) await page.getByRole("menuitemcheckbox", { name: choice, exact: true }).click();
  await page.keyboard.press("Escape");
}

async function expectRows(page: Page, uids: readonly string[]): Promise<void> {
  await expect.poll(() => shownUids(page), { timeout: 10_000 }).toEqual(uids);
}

test("the list opens on Production, and what is of Test stands under Test alone", async () => {
  const uid = `LIVE-${String(process.pid)}`;
  await postUid(deployment.production, uid);
  const page = await openBeacon(browser, viewer, { path: `/results?deployment=${deployment.deployment_id}` });
  await expectRows(page, [uid]);
  expect(await page.locator(".environment-name").innerText()).toBe("Production");
  await judge(page, "Production");
  await page.getByRole("link", { name: "Test", exact: true }).click();
  await expectRows(page, UIDS.toReversed());
  expect(await page.locator(".environment-name").innerText()).toBe("Test");
  await page.context().close();
});

test("filters narrow to exactly what fits, stand in the address, and the way back takes the last one off", async () => {
  const page = await openBeacon(browser, viewer, { path: "/results?env=test" });
  await page.getByLabel("Deployment").selectOption(deployment.deployment_id);
  await expectRows(page, UIDS.toReversed());
  await pick(page, "State", "Completed");
  await expectRows(
    page,
    newestFirst(({ score }) => score !== null),
  );
  await pick(page, "Data confidence", "Low");
  const low = newestFirst(({ confidence }) => confidence === "LOW");
  expect(low).toContain(LOW_TRUST);
  await expectRows(page, low);
  await pick(page, "Flags", "Input not made by a person (sandbox)");
  const scripted = newestFirst(({ flags }) => flags.includes("scripted_input"));
  expect(scripted).toEqual(["SIM-BOT-1"]);
  await expectRows(page, scripted);
  await page.reload();
  await expectRows(page, scripted);
  await judge(page, "filtered");
  await page.goBack();
  await expectRows(page, low);
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await page.getByLabel("Deployment").selectOption(deployment.deployment_id);
  await pick(page, "Risk band", "Very high", "Very low");
  await expectRows(
    page,
    newestFirst(({ band }) => band === "VERY_HIGH" || band === "VERY_LOW"),
  );
  await page.getByLabel("Created from").fill("2099-01-01");
  await page.getByRole("heading", { name: "Nothing fits these filters" }).waitFor();
  await page.context().close();
});

test("a uid is found letter by letter without losing the field, and never stands in an address that is sent", async () => {
  const page = await openBeacon(browser, viewer, { path: list() });
  const addresses = watchAddresses(page);
  await page.getByLabel("uid begins with").focus();
  await page.keyboard.type("S");
  await page.waitForURL(/#uid=S$/);
  await page.keyboard.type("IM-LOWT");
  await expectRows(page, [LOW_TRUST]);
  await page.waitForURL(/#uid=SIM-LOWT$/);
  await page.reload();
  await expectRows(page, [LOW_TRUST]);
  expect(await page.getByLabel("uid begins with").inputValue()).toBe("SIM-LOWT");
  await page.getByLabel("uid begins with").fill("no uid!");
  await page.getByText("A uid has letters, digits, _ and - only.").waitFor();
  expect(addresses.filter((address) => address.includes("SIM-LOWT"))).toEqual([]);
  expect(addresses.some((address) => address.includes("/results/search"))).toBe(true);
  await page.context().close();
});

test("columns are chosen and kept in a view of one's own, which opens, is written over and deleted", async () => {
  const page = await openBeacon(browser, viewer, { path: list("&confidence=LOW") });
  await pick(page, "Columns", "Trust (0–100)", "Deployment");
  await page.getByRole("columnheader", { name: "Trust (0–100)" }).waitFor();
  expect(await page.getByRole("columnheader", { name: "Deployment" }).count()).toBe(0);
  const keep = async (): Promise<void> => {
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Keep this view …" }).click();
    await page.getByLabel("Name").fill("To be reviewed");
    await page.getByRole("button", { name: "Keep it" }).click();
  };
  await keep();
  await page.getByText("The view “To be reviewed” is kept for you.").waitFor();
  await pick(page, "Risk band", "Very high");
  await keep();
  await page.getByLabel("Write over the view of this name").check();
  await judge(page, "a name that is taken");
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.goto(page.url().replace(/\?.*/, "?env=test"));
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "To be reviewed", exact: true }).click();
  await expectRows(
    page,
    newestFirst(({ confidence, band }) => confidence === "LOW" && band === "VERY_HIGH"),
  );
  await page.getByRole("columnheader", { name: "Trust (0–100)" }).waitFor();
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Delete “To be reviewed” …" }).click();
  await page.getByRole("button", { name: "Delete the view" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Views" }).click();
  await expect.poll(() => page.getByRole("menuitem").allInnerTexts()).toEqual(["Keep this view …"]);
  await page.context().close();
});

test("what lies far back is found step by step, and the page says how far it has looked", async () => {
  const { companyId } = inject("e2e");
  const far = await createDeployment("Far back", ["--webhook-url", receiver.url]);
  await simulate(far, receiver, ["SIM-EXPIRE-far"]);
  const batch = ["--env", "test", "--name", "Far back", "--count", "450", "--company", companyId];
  await cli(["link", "create", far.deployment_id, ...batch]);
  const path = `/results?env=test&deployment=${far.deployment_id}`;
  const page = await openBeacon(browser, viewer, { path: `${path}&state=expired` });
  await page.getByText("Nothing found so far. Looked through 400 sessions").waitFor();
  await judge(page, "looked back");
  await page.getByRole("button", { name: "Look further back" }).click();
  await expectRows(page, ["SIM-EXPIRE-far"]);
  await page.goto(page.url().replace("&state=expired", ""));
  await expect.poll(async () => (await shownUids(page)).length).toBe(50);
  await page.getByRole("button", { name: "Show more" }).click();
  await expect.poll(async () => (await shownUids(page)).length).toBe(100);
  await page.context().close();
});

test("an admin's export holds exactly the filtered rows as CSV and as XLSX; a viewer has neither button nor right", async () => {
  const { baseUrl, companyId } = inject("e2e");
  const page = await openBeacon(browser, admin, { path: list("&confidence=LOW") });
  const low = newestFirst(({ confidence }) => confidence === "LOW");
  await expectRows(page, low);
  const take = async (format: "csv" | "xlsx"): Promise<Buffer> => {
    await page.getByRole("button", { name: "Export" }).click();
    const dialog = page.getByRole("dialog", { name: "Export results" });
    await dialog.getByText(`${String(low.length)} sessions of Test`).waitFor();
    await dialog.getByLabel("File").selectOption(format);
    if (format === "csv") await judge(page, "export");
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      dialog.getByRole("button", { name: "Export" }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(new RegExp(`^results-test-\\d{4}-\\d{2}-\\d{2}\\.${format}$`));
    await dialog.waitFor({ state: "detached" });
    return readFileSync(await file.path());
  };
  const csv = readCsv(await take("csv"));
  const [sheet = []] = readWorkbook(await take("xlsx"));
  for (const [head = [], ...rows] of [csv, sheet]) {
    const at = head.indexOf("uid");
    expect(new Set(rows.map((row) => row[at]))).toEqual(new Set(low));
    expect(rows).toHaveLength(low.length);
  }
  await page.context().close();

  const theirs = await openBeacon(browser, viewer, { path: list() });
  await expectRows(theirs, UIDS.toReversed());
  expect(await theirs.getByRole("button", { name: "Export" }).count()).toBe(0);
  await theirs.context().close();
  const replayed = await fetch(`${baseUrl}/beacon/api/companies/${companyId}/results/export`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie: viewer.cookie, "x-csrf-token": viewer.csrfToken },
    body: JSON.stringify({ environment: "test", format: "csv" }),
  });
  expect([replayed.status, ((await replayed.json()) as { code: string }).code]).toEqual([403, "role_insufficient"]);
});

test("by keyboard alone: narrow the list, open a result, read its tasks, go back", async () => {
  const page = await openBeacon(browser, viewer, { path: list() });
  await page.getByRole("link", { name: LOW_TRUST }).waitFor();
  await tabTo(page, "Data confidence");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitemcheckbox", { name: "Low" }).waitFor();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expectRows(
    page,
    newestFirst(({ confidence }) => confidence === "LOW"),
  );
  await tabTo(page, LOW_TRUST);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: LOW_TRUST, level: 1 }).waitFor();
  await tabTo(page, "Task by task");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Now or later" }).waitFor();
  await tabTo(page, "See it again");
  await page.keyboard.press("Enter");
  await page.locator("iframe").waitFor();
  await tabTo(page, "Results");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Results", level: 1 }).waitFor();
  await page.context().close();
});
