import { pathToFileURL } from "node:url";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { missing, run, type Language } from "../tools/harness/snippets.ts";
import { launchChromium } from "./chromium.ts";
import { createDeployment, type Deployment } from "./server.ts";
import { createPerson, judge, openBeacon, tabTo, type BeaconPerson } from "./support/beacon.ts";

let browser: Browser;
let admin: BeaconPerson;
let deployment: Deployment;

beforeAll(async () => {
  browser = await launchChromium();
  admin = await createPerson("admin");
  deployment = await createDeployment("Loans", []);
});
afterAll(async () => browser.close());

/** What the lender's server would do with these. */
async function createWith(apiKey: string, integrationId: string, uid: string): Promise<number> {
  const response = await fetch(`${inject("e2e").baseUrl}/v1/sessions-management/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json", "api-key": apiKey },
    body: JSON.stringify({ uid, integration_id: integrationId }),
  });
  return response.status;
}

/** The value of one line of names and values. */
async function factOf(page: Page, section: string, name: string): Promise<string> {
  const row = page.getByLabel(section, { exact: true }).locator(".facts > div").filter({ hasText: name });
  return (await row.locator("code").textContent()) ?? "";
}

test("a new deployment comes with advice on its name and with secrets that work, shown until they are put away", async () => {
  const page = await openBeacon(browser, admin, { path: "/deployments" });
  const name = `Cards test ${String(process.pid)}`;
  await page.getByRole("button", { name: "New deployment" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Create it" }).click();
  const made = page.getByRole("dialog", { name: `"${name}" is made` });
  await made.getByText('"test" in its name will be wrong').waitFor();
  await judge(page, "secrets of a new deployment");
  const key = await factOf(page, "Test", "API key");
  const integrationId = await factOf(page, "Test", "Integration ID");
  expect(await factOf(page, "Production", "API key")).toMatch(/^ts_live_/);
  expect(await createWith(key, integrationId, `NEW-${String(process.pid)}-a`)).toBe(200);
  await page.keyboard.press("Escape");
  await made.getByRole("alert").waitFor();
  await made.getByLabel("I have put away what I need").check();
  await made.getByRole("button", { name: "Open the deployment" }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  expect(await page.content()).not.toContain(key);
  await page.context().close();
});

test("a deployment is renamed, archived, found in the archive by its address, and brought back", async () => {
  const own = await createDeployment("Archive", []);
  const page = await openBeacon(browser, admin, { path: "/deployments" });
  const row = (name: string) => page.getByRole("row").filter({ hasText: name });
  const before = `Archive ${String(process.pid)}`;
  const name = `Savings ${String(process.pid)}`;
  await row(before)
    .getByRole("button", { name: /^Actions/ })
    .click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await row(name)
    .getByRole("button", { name: /^Actions/ })
    .click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
  await row(name).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Archived" }).click();
  await page.waitForURL("**/deployments?archived=yes");
  await page.reload();
  await row(name).waitFor();
  await expect.poll(async () => createWith(own.test.api_key, own.test.integration_id, "ARC-10001")).toBe(409);
  await row(name)
    .getByRole("button", { name: /^Actions/ })
    .click();
  await page.getByRole("menuitem", { name: /Bring back/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Bring it back" }).click();
  await row(name).waitFor({ state: "detached" });
  await expect.poll(async () => createWith(own.test.api_key, own.test.integration_id, "ARC-10001")).toBe(200);
  await page.context().close();
});

const CLIENT = pathToFileURL(path.join(import.meta.dirname, "../packages/client/src/index.ts")).href;
const LANGUAGES: readonly (readonly [label: string, runs: Language])[] = [
  ["curl", "sh"],
  ["TypeScript", "typescript"],
  ["TypeScript, with the client", "typescript"],
  ["Python", "python"],
  ["PHP", "php"],
];
const able = LANGUAGES.filter(([label, language]) => {
  const reason = missing(language);
  if (reason !== null) process.stdout.write(`skipped: lines in ${label}, because ${reason}\n`);
  return reason === null;
});

test.each(able)(
  "lines in %s, copied as they stand, create a session by key and by signature",
  async (label, language) => {
    const page = await openBeacon(browser, admin, { path: `/deployments/${deployment.deployment_id}` });
    await page.getByLabel("Language").selectOption({ label });
    const seen: string[] = [];
    for (const mode of ["key", "signature"]) {
      await page.getByLabel("How your server proves who it is").selectOption(mode);
      await page.waitForURL(new RegExp(`mode=${mode}`));
      const block = page.getByRole("region", { name: /^Lines that create a session/ });
      const lines = (await block.textContent()) ?? "";
      expect(lines).toContain(deployment.test.integration_id);
      expect(lines).not.toContain(deployment.test.api_key);
      const outcome = await run(language, lines.replace("@tallystick/client", CLIENT), {
        env: { TALLYSTICK_API_KEY: deployment.test.api_key },
        args: [`COPIED-${String(process.pid)}-${language}-${mode}`],
      });
      expect(outcome.code, outcome.stderr).toBe(0);
      seen.push((JSON.parse(outcome.stdout) as { session_id: string }).session_id);
    }
    expect(seen).toEqual([expect.stringMatching(/^ses_/), expect.stringMatching(/^ses_/)]);
    await page.context().close();
  },
);

test("a viewer sees which deployments there are, and neither ids nor keys nor a deployment's page", async () => {
  const viewer = await createPerson("viewer");
  const page = await openBeacon(browser, viewer, { path: "/deployments" });
  const refused: string[] = [];
  page.on("response", (answer) => answer.status() === 403 && refused.push(answer.url()));
  await page.getByRole("row").filter({ hasText: "Loans" }).getByText("No webhook").first().waitFor();
  const shown = await page.content();
  expect(shown).not.toContain(deployment.test.integration_id);
  expect(shown).not.toContain("ts_test_");
  expect(await page.getByRole("button", { name: "New deployment" }).count()).toBe(0);
  await judge(page, "the list of a viewer");
  const { baseUrl, companyId } = inject("e2e");
  for (const tab of ["integrate", "settings", "keys", "webhook", "go-live", "history"]) {
    await page.goto(`${baseUrl}/beacon/c/${companyId}/deployments/${deployment.deployment_id}?tab=${tab}`);
    await page.getByText("A deployment's page is for admins").waitFor();
  }
  await judge(page, "a deployment's page of a viewer");
  expect(refused).toEqual([]);
  await page.context().close();
});

test.each(["light", "dark"] as const)(
  "list and all six parts stand up to axe on a phone and a desk, %s",
  async (colorScheme) => {
    for (const viewport of [
      { width: 390, height: 844 },
      { width: 1280, height: 800 },
    ]) {
      const page = await openBeacon(browser, admin, { path: "/deployments", viewport, colorScheme });
      await page.getByText("ts_test_").first().waitFor();
      await judge(page, `list ${String(viewport.width)}`);
      await page
        .getByRole("link", { name: `Loans ${String(process.pid)}` })
        .first()
        .click();
      for (const tab of ["Integrate", "Settings", "Keys", "Webhook", "Go live", "History"]) {
        await page
          .getByRole("navigation", { name: "Parts of the deployment" })
          .getByRole("link", { name: tab })
          .click();
        await page.locator("main .section").first().waitFor();
        await page.getByRole("status", { name: /^Loading/ }).waitFor({ state: "detached" });
        await judge(page, `${tab} ${String(viewport.width)}`);
      }
      await page.context().close();
    }
  },
);

test("by keyboard alone: from the list to a setting that is changed and saved for Production", async () => {
  const page = await openBeacon(browser, admin, { path: "/deployments" });
  const name =
    (await page
      .getByRole("link", { name: `Loans ${String(process.pid)}` })
      .first()
      .textContent()) ?? "";
  await tabTo(page, name, 120);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  await tabTo(page, "ProductionReal applicants, real results.");
  await page.keyboard.press("Enter");
  await page.waitForURL(/env=production/);
  await tabTo(page, "Settings", 10);
  await page.keyboard.press("Enter");
  await page.getByLabel("Time limit, hours").waitFor();
  await tabTo(page, "Time limit, hours");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("72");
  await page.keyboard.press("Enter");
  await page.getByText("Saved: 1 setting changed.").waitFor();
  await page.reload();
  expect(await page.getByLabel("Time limit, hours").inputValue()).toBe("72");
  await page.context().close();
});
