import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";

import { launchChromium } from "./chromium.ts";
import { cli, type Deployment } from "./server.ts";
import { createPerson, judge, openBeacon, tabTo, type BeaconPerson } from "./support/beacon.ts";

/** A company of its own: what Home proposes to a new one must not depend on what other journeys did. */
let browser: Browser;
let companyId: string;
let admin: BeaconPerson;
let viewer: BeaconPerson;
let deployment: Deployment;

beforeAll(async () => {
  browser = await launchChromium();
  const company = (await cli(["company", "create", "--name", "Quiet Lender"])) as { company_id: string };
  companyId = company.company_id;
  admin = await createPerson("admin", companyId);
  viewer = await createPerson("viewer", companyId);
});
afterAll(async () => browser.close());

interface View {
  readonly path?: string;
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
}

async function open(
  person: BeaconPerson,
  { path = "", colorScheme = "light", width = 1280 }: View = {},
): Promise<Page> {
  return openBeacon(browser, person, { path, companyId, colorScheme, viewport: { width, height: 800 } });
}

async function createSession(uid: string): Promise<void> {
  const { integration_id, api_key } = deployment.test;
  const response = await fetch(`${inject("e2e").baseUrl}/v1/sessions-management/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json", "api-key": api_key },
    body: JSON.stringify({ uid, integration_id }),
  });
  expect(response.status, await response.text()).toBe(200);
}

interface Counted {
  readonly funnel: { readonly created: number; readonly completed: number };
  readonly scores: { readonly n: number };
}

/** What the server counts of Test, the sandbox too; read as the page reads it. */
async function countTest(): Promise<Counted> {
  const address = `${inject("e2e").baseUrl}/beacon/api/companies/${companyId}/monitoring?environment=test&simulated=with`;
  return (await (await fetch(address, { headers: { cookie: viewer.cookie } })).json()) as Counted;
}

/** The rows of the table that a chart's toggle shows, cell by cell. */
async function rowsOf(page: Page, title: string): Promise<string[][]> {
  const rows = page.getByRole("region", { name: `${title}, as a table` }).locator("tbody tr");
  return rows.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
}

test("a new company is told its next step on Home: a deployment, then a link, then the first result", async () => {
  const asViewer = await open(viewer);
  await asViewer.getByText("Nothing needs your attention").waitFor();
  await asViewer.getByText("An admin of your company makes it.").waitFor();
  expect(await asViewer.getByRole("link", { name: "To the Deployment Centre" }).count()).toBe(0);
  await judge(asViewer, "Home of a new company, viewer");

  const page = await open(admin);
  await page.getByRole("link", { name: "To the Deployment Centre" }).waitFor();
  await judge(page, "Home of a new company, admin");
  const created = await cli(["deployment", "create", "--name", "First loans", "--company", companyId]);
  deployment = created as Deployment;
  await page.reload();
  await page.getByRole("link", { name: "To the Link Generator" }).waitFor();
  await createSession("HOME-000001");
  await page.reload();
  await page.getByRole("link", { name: "To the results of Test" }).waitFor();

  await createSession("SIM-LOWRISK-1");
  await createSession("SIM-LOWTRUST-1");
  await createSession("SIM-CANCEL-1");
  await vi.waitFor(async () => expect((await countTest()).scores.n).toBe(2), { timeout: 60_000, interval: 500 });
  await page.reload();
  await page.getByRole("heading", { name: "Today" }).waitFor();
  await page.getByRole("heading", { name: "On the way to Production: First loans" }).waitFor();
  expect(await page.getByRole("heading", { name: "First steps" }).count()).toBe(0);
  await page.context().close();
  await asViewer.context().close();
});

test("Home says what waits and leads to where it is mended; who may not mend it sees it without the way", async () => {
  const page = await open(admin);
  const matter = page.getByRole("listitem").filter({ hasText: "First loans has no privacy policy in Production" });
  await matter.getByText("Worth a look").waitFor();
  await matter.getByRole("link").click();
  await page.waitForURL(`**/deployments/${deployment.deployment_id}?**`);
  await page.goBack();
  await page.getByRole("heading", { name: "Needs attention" }).waitFor();
  await page.getByRole("link", { name: "Go-live check of First loans" }).waitFor();

  const asViewer = await open(viewer);
  const seen = asViewer.getByRole("listitem").filter({ hasText: "First loans has no privacy policy in Production" });
  await seen.waitFor();
  expect(await seen.getByRole("link").count()).toBe(0);
  expect(await asViewer.getByText("without a second factor").count()).toBe(0);
  expect(await asViewer.getByRole("heading", { name: /On the way/ }).count()).toBe(0);
  await page.context().close();
  await asViewer.context().close();
});

test("Home shows today of Production and Test beside each other, with the numbers the server counted", async () => {
  const { funnel } = await countTest();
  const page = await open(viewer);
  await page.getByText("No session was created in Production today.").waitFor();
  await page.getByRole("button", { name: "Table: Test" }).click();
  const rows = await rowsOf(page, "Test");
  expect(rows.map(([step, count]) => `${step ?? ""} ${count ?? ""}`)).toEqual([
    `Created ${String(funnel.created)}`,
    "Opened 3",
    "Consented 2",
    `Completed ${String(funnel.completed)}`,
    "Scored 2",
  ]);
  await page.context().close();
});

test("Monitoring opens on Production, and what one sets stands in the address: the way back leads back", async () => {
  const page = await open(viewer, { path: "/monitoring" });
  await page.getByRole("heading", { name: "Nothing happened in Production in these days" }).waitFor();
  await page.getByRole("link", { name: "Look at Test" }).click();
  await page.waitForURL("**/monitoring?env=test");
  expect(await page.locator("html").getAttribute("data-environment")).toBe("test");
  await page.getByText("1 session", { exact: true }).first().waitFor();
  await page.getByLabel("Count the sandbox too").check();
  await page.waitForURL("**/monitoring?**simulated=yes**");
  await page.getByText("2 results with a score, 0 without.").waitFor();
  await page.getByText("2 played by the sandbox").waitFor();
  await page.getByLabel("Time", { exact: true }).selectOption("7");
  await page.waitForURL("**/monitoring?**days=7**");
  await page.goBack();
  await page.waitForURL((url) => !url.search.includes("days=7"));
  expect(await page.getByLabel("Time", { exact: true }).inputValue()).toBe("30");
  await page.context().close();
});

test("days of one's own that can not be shown are said in words, and mended days show again", async () => {
  const page = await open(viewer, { path: "/monitoring?env=test&from=2026-02-02&to=2026-02-01" });
  await page.getByText("The last day is before the first.").waitFor();
  await judge(page, "days the wrong way round");
  await page.getByLabel("Last day").fill("2026-02-03");
  await page.getByLabel("Last day").press("Enter");
  await page.waitForURL("**/monitoring?**to=2026-02-03**");
  await page.getByRole("heading", { name: "Nothing happened in Test in these days" }).waitFor();
  await page.context().close();
});

test("by keyboard alone a chart becomes its table, and the table a file that holds the same with units", async () => {
  const page = await open(viewer, { path: "/monitoring?env=test&simulated=yes" });
  await page.getByRole("heading", { name: "Funnel" }).waitFor();
  await tabTo(page, "Table: Funnel");
  await page.keyboard.press("Enter");
  const rows = await rowsOf(page, "Funnel");
  expect(rows.map(([step]) => step)).toEqual(["Created", "Opened", "Consented", "Completed", "Scored"]);
  await tabTo(page, "CSV: Funnel", 1);
  const downloading = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^test-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d-funnel\.csv$/);
  const [head, ...lines] = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  expect(head).toBe("\u{feff}Step,Sessions,Share of created (%),Share of the step before (%),As of (UTC)");
  expect(lines.map((line) => line.split(",").slice(0, 4))).toEqual(rows);
  await judge(page, "a chart as its table");
  await page.context().close();
});

test("Home and Monitoring, full and empty, are without fault for axe in light and dark, on a phone and a wide screen", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [person, width] of [
      [admin, 390],
      [viewer, 1920],
    ] as const) {
      const home = await open(person, { colorScheme, width });
      await home.getByRole("heading", { name: "Today" }).waitFor();
      await judge(home, `Home, ${colorScheme}`);
      await home.context().close();
    }
    const [person, width] = colorScheme === "light" ? ([admin, 1920] as const) : ([viewer, 390] as const);
    const full = await open(person, { path: "/monitoring?env=test&simulated=yes", colorScheme, width });
    await full.getByRole("heading", { name: "Drift" }).waitFor();
    await judge(full, `Monitoring, ${colorScheme}`);
    await full.goto(full.url().replace("env=test", "env=production"));
    await full.getByRole("heading", { name: /Nothing happened/ }).waitFor();
    await judge(full, `Monitoring with nothing, ${colorScheme}`);
    await full.context().close();
  }
});
