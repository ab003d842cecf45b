import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { launchChromium } from "./chromium.ts";
import { cli, createDeployment, createSession } from "./server.ts";
import { createPerson, judge, openBeacon, PASSWORD, tabTo, type BeaconPerson } from "./support/beacon.ts";

let browser: Browser;
let admin: BeaconPerson;

beforeAll(async () => {
  browser = await launchChromium();
  admin = await createPerson("admin");
});
afterAll(async () => browser.close());

test("an invited person sets a name and a password and is inside; a wrong password later is said in words", async () => {
  const { baseUrl, companyId } = inject("e2e");
  const email = `new-${String(process.pid)}@lender.example`;
  const { link } = (await cli(["user", "invite", email, "--company", companyId])) as { link: string };
  const page = await browser.newPage();
  await page.goto(link);
  await page.getByLabel("Your name").fill("Neu");
  expect(page.url()).not.toContain("#");
  await judge(page, "invitation");
  await page.getByLabel("New password").fill("short");
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.waitForURL(`**/beacon/c/${companyId}**`);
  await page.getByRole("button", { name: /Your menu/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/beacon/sign-in");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill("eight loud tally sticks");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await judge(page, "sign-in with a failure");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`**/beacon/c/${companyId}**`);
  await page.goto(`${baseUrl}/beacon/c/cmp_of_somebody_else/results`);
  await page.waitForURL(`**/beacon/c/${companyId}**`);
  await page.context().close();
});

test("somebody who is not signed in comes back, after signing in, to the page that was asked for", async () => {
  const { baseUrl, companyId } = inject("e2e");
  const page = await browser.newPage();
  await page.goto(`${baseUrl}/beacon/c/${companyId}/monitoring?env=test`);
  await page.getByLabel("E-mail address").fill(admin.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`**/beacon/c/${companyId}/monitoring?env=test`);
  await page.getByRole("heading", { name: "Monitoring", level: 1 }).waitFor();
  await page.context().close();
});

test("a sign-in that ended is asked for over the page, and what was typed goes through afterwards", async () => {
  const { baseUrl } = inject("e2e");
  const page = await openBeacon(browser, await createPerson("admin"), { path: "/team?invite=yes" });
  const email = `kept-${String(process.pid)}@lender.example`;
  await page.getByLabel("E-mail address").fill(email);
  // Ended elsewhere: the cookie is there and opens nothing.
  const cookies = await page.context().cookies(baseUrl);
  await page.context().clearCookies();
  await page.context().addCookies(cookies.map((cookie) => ({ ...cookie, value: `${cookie.value}x` })));
  await page.getByRole("button", { name: "Send the invitation" }).click();
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await page.getByText(email).first().waitFor();
  await page.context().close();
});

test("without a connection a page says so instead of waiting, and goes on when it is back", async () => {
  const page = await openBeacon(browser, await createPerson("viewer"), { path: "/monitoring" });
  await page.getByRole("heading", { name: "Monitoring", level: 1 }).waitFor();
  await page.waitForLoadState("networkidle");
  await page.context().setOffline(true);
  // Its program is not here yet either.
  await page.getByRole("link", { name: "Results", exact: true }).click();
  await page.getByText("No connection").waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Results", level: 1 }).waitFor();
  await page.context().setOffline(true);
  await page.getByRole("link", { name: "Home", exact: true }).click();
  await page.getByText("No connection").first().waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).first().click();
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  await page.context().close();
});

test("the palette finds a page and a uid by keyboard alone, from anywhere", async () => {
  const { companyId } = inject("e2e");
  const { uid, session_id } = await createSession(await createDeployment("Palette", []));
  const page = await openBeacon(browser, admin, { path: "" });
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await page.keyboard.type("Webhook log");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/c/${companyId}/webhooks`);
  await page.keyboard.press("/");
  await page.getByRole("combobox").waitFor();
  await page.keyboard.type(uid);
  await page.getByRole("option", { name: uid }).waitFor();
  await judge(page, "the palette");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/results/*/${session_id}`);
  await page.goBack();
  await page.getByRole("heading", { name: "Webhook log", level: 1 }).waitFor();
  await page.context().close();
});

test("the keyboard reaches the content, the pages and the profile in this order, and the chosen colours stay", async () => {
  const page = await openBeacon(browser, admin, { path: "" });
  await tabTo(page, "Skip to the content", 1);
  await tabTo(page, "Results");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Results", level: 1 }).waitFor();
  await page.getByRole("button", { name: /Your menu/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Light or dark" }).press("Enter");
  expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
  await page.reload();
  await page.locator("h1").waitFor();
  expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
  await judge(page, "dark");
  await page.context().close();
});
