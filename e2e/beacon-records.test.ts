import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { launchChromium } from "./chromium.ts";
import { cli, createDeployment, createSession, type Deployment, type Session } from "./server.ts";
import { createPerson, judge, openBeacon, PASSWORD, tabTo, type BeaconPerson } from "./support/beacon.ts";

let browser: Browser;
let admin: BeaconPerson;
let viewer: BeaconPerson;
let deployment: Deployment;
let open: Session;

const DONE = `SIM-LOWRISK-${String(process.pid)}-rec`;
const PLAIN = `REC-00${String(process.pid)}`;
/** A spreadsheet dropped its zeros. */
const NEAR = PLAIN.replace("REC-00", "REC-");

beforeAll(async () => {
  browser = await launchChromium();
  admin = await createPerson("admin");
  viewer = await createPerson("viewer");
  deployment = await createDeployment("Records", []);
  await createSession(deployment, { uid: DONE });
  open = { ...(await createSession(deployment, { uid: PLAIN })), uid: PLAIN };
});
afterAll(async () => browser.close());

test("an auditor narrows the log by who and to what, takes it along, and has the chain checked", async () => {
  const page = await openBeacon(browser, admin, { path: "/audit" });
  const log = page.getByRole("table", { name: "Audit log" });
  await log.getByText("Deployment created").first().waitFor();
  await judge(page, "the audit log");
  await page.getByLabel("What", { exact: true }).selectOption("deployment");
  await log.getByText("Invitation accepted").first().waitFor({ state: "detached" });
  await page.getByLabel("Target id").fill(deployment.deployment_id);
  await page.keyboard.press("Enter");
  await expect.poll(() => log.getByText("Deployment created").count()).toBe(1);
  await page.reload();
  await expect.poll(() => log.getByText("Deployment created").count()).toBe(1);
  expect(new URL(page.url()).searchParams.get("target_id")).toBe(deployment.deployment_id);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export as CSV" }).click();
  const lines = readFileSync(await (await saved).path(), "utf8")
    .trim()
    .split("\n");
  expect(lines[1]).toContain(deployment.deployment_id);
  await page.getByRole("button", { name: "Check that nobody altered it" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Check the chain" }).click();
  await dialog.getByText("Nobody has altered it").waitFor();
  const head = (await dialog.getByText(/^\d+:[0-9a-f]{64}$/).textContent()) ?? "";
  await judge(page, "a checked chain");
  // A head that was never one of this log: the check says so.
  await dialog.getByLabel(/A head you kept/).fill(`${head.split(":")[0] ?? ""}:${"0".repeat(64)}`);
  await dialog.getByRole("button", { name: "Check the chain" }).click();
  await dialog.getByText("Something is wrong").waitFor();
  await page.context().close();
});

test("a held session is not erased before its hold is released; then its erasure begins by itself", async () => {
  const page = await openBeacon(browser, admin, { path: "/settings?tab=holds" });
  await page.getByRole("button", { name: "Place a hold" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Session id").fill(open.session_id);
  await dialog.getByLabel("Why").fill("Complaint 2026-118");
  await judge(page, "placing a hold");
  await dialog.getByRole("button", { name: "Place the hold" }).click();
  await page.getByRole("row").filter({ hasText: open.session_id }).getByText("In force").waitFor();
  await judge(page, "legal holds");
  await page.getByRole("link", { name: "Erasures" }).click();
  await page.getByRole("button", { name: "Erase a person's journey" }).click();
  await dialog.getByLabel("Deployment").selectOption(deployment.deployment_id);
  await dialog.getByLabel("Environment").selectOption("test");
  await dialog.getByLabel("Uid", { exact: true }).fill(PLAIN);
  await dialog.getByLabel("I know that this can not be undone").check();
  await judge(page, "erasing");
  await dialog.getByRole("button", { name: "Erase for ever" }).click();
  const erasure = page
    .getByRole("table", { name: "All erasures" })
    .getByRole("row")
    .filter({ hasText: open.session_id });
  await erasure.getByText("Waits for a legal hold").waitFor();
  expect(await page.content()).not.toContain(PLAIN);
  await judge(page, "erasures");
  await page.getByRole("link", { name: "Legal holds" }).click();
  await page.getByRole("button", { name: "Release: Complaint 2026-118" }).click();
  await dialog.getByRole("button", { name: "Release" }).click();
  await page.getByRole("row").filter({ hasText: open.session_id }).waitFor({ state: "detached" });
  await page.getByLabel("Also those that were released").check();
  await page.getByText("Released by").first().waitFor();
  await page.getByRole("link", { name: "Erasures" }).click();
  await erasure
    .getByText(/within a minute|being removed|Done/)
    .first()
    .waitFor();
  await page.context().close();
});

test("the company is renamed and the audit log limited, each with what it means", async () => {
  const { baseUrl } = inject("e2e");
  const made = (await cli(["company", "create", "--name", "Old Name"])) as { company_id: string };
  const owner = await createPerson("admin", made.company_id);
  const page = await openBeacon(browser, owner, { path: "", colorScheme: "dark" });
  await page.goto(`${baseUrl}/beacon/c/${made.company_id}/settings`);
  await page.getByLabel("Name", { exact: true }).fill("New Name");
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("banner").getByText("New Name").waitFor();
  await judge(page, "the company, dark");
  await page.getByRole("link", { name: "Retention" }).click();
  await page.getByLabel("Keep it").selectOption("days");
  await page.getByLabel("Days").fill("400");
  await page.getByText("Older entries will be removed").waitFor();
  await judge(page, "retention, dark");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The audit log is kept for 400 days.").waitFor();
  await page.reload();
  expect(await page.getByLabel("Days").inputValue()).toBe("400");
  await page.context().close();
});

test("a list is compared line by line: what matches, is missing, doubled, near or no uid, and the same as a CSV", async () => {
  const page = await openBeacon(browser, admin, { path: "/reconcile" });
  const list = ["uid,score", `${DONE},`, `${DONE},`, `NOPE-${String(process.pid)},`, "a b,", ""].join("\n");
  await page.getByLabel("Uids, one a line, or a CSV").fill(list);
  await page.getByText("4 lines").waitFor();
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByText("4 lines compared.").waitFor();
  for (const [title, line] of [
    ["Missing", "4"],
    ["Twice in your list", "3"],
    ["No uid", "5"],
  ] as const) {
    const table = page.getByRole("table", { name: title });
    expect(await table.getByRole("cell").first().textContent()).toBe(line);
  }
  await page.getByText("Matched: 1").waitFor();
  await judge(page, "a report");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download as CSV" }).click();
  const csv = readFileSync(await (await saved).path(), "utf8");
  expect(csv).toContain("duplicate_in_list");
  // A file of another place: found, and told where.
  await page.getByLabel("Or a file").setInputFiles({
    name: "november.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`uid;risk_band\n${DONE};VERY_HIGH\n`),
  });
  await page.getByText("november.csv").waitFor();
  await page.getByLabel("Where they should be").selectOption({ label: await productionLabel() });
  await page.getByRole("button", { name: "Compare" }).click();
  await page.getByText("In the wrong place: 1").waitFor();
  await page.context().close();
});

async function productionLabel(): Promise<string> {
  const shown = (await cli(["deployment", "show", deployment.deployment_id, "--company", inject("e2e").companyId])) as {
    name: string;
  };
  return `${shown.name}, Production`;
}

test("a viewer traces a uid by keyboard, sees what it could be mistaken for, and no address ever holds it", async () => {
  const traced = await createSession(deployment, { uid: `TRC-000${String(process.pid)}` });
  await createSession(deployment, { uid: `trc-${String(process.pid)}` });
  const page = await openBeacon(browser, viewer, { path: "/trace", colorScheme: "dark" });
  const uid = `TRC-000${String(process.pid)}`;
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.url()));
  await tabTo(page, "Uid");
  await page.keyboard.type(uid);
  await page.keyboard.press("Enter");
  await page.getByText("Session created").waitFor();
  await page.getByRole("link", { name: traced.session_id }).waitFor();
  await judge(page, "a trace, dark");
  expect(new URL(page.url()).hash).toBe(`#uid=${uid}`);
  await page.getByRole("link", { name: `trc-${String(process.pid)}` }).click();
  await expect.poll(() => page.getByRole("textbox", { name: "Uid" }).inputValue()).toBe(`trc-${String(process.pid)}`);
  await page.goBack();
  await expect.poll(() => page.getByRole("textbox", { name: "Uid" }).inputValue()).toBe(uid);
  expect(sent.filter((url) => url.toLowerCase().includes("trc-"))).toEqual([]);
  await page.context().close();
});

test("who has to sign in first comes back to the uid, and on the way it stands behind # and nowhere else", async () => {
  const { baseUrl, companyId } = inject("e2e");
  const page = await browser.newPage();
  await page.goto(`${baseUrl}/beacon/c/${companyId}/trace#uid=${DONE}`);
  await page.getByLabel("E-mail address").fill(viewer.email);
  const { pathname, search } = new URL(page.url());
  expect(decodeURIComponent(pathname + search)).not.toContain(DONE);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Trace a uid" }).waitFor();
  expect(await page.getByRole("textbox", { name: "Uid" }).inputValue()).toBe(DONE);
  await page.context().close();
});

test("a uid that nobody sent is said to be unknown, and one that can be none is refused in words", async () => {
  const page = await openBeacon(browser, viewer, {
    path: `/trace#uid=${NEAR}x`,
    viewport: { width: 390, height: 800 },
  });
  await page.getByRole("heading", { name: /No session has the uid/ }).waitFor();
  await judge(page, "an unknown uid on a phone");
  await page.getByRole("textbox", { name: "Uid" }).fill("a b");
  await page.getByRole("button", { name: "Trace", exact: true }).click();
  await page.getByRole("alert").waitFor();
  await judge(page, "a uid that can be none, on a phone");
  await page.context().close();
});
