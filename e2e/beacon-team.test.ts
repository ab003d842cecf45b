import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { launchChromium } from "./chromium.ts";
import { cli } from "./server.ts";
import { createPerson, judge, openBeacon, PASSWORD, tabTo, type BeaconPerson } from "./support/beacon.ts";
import { codeOf } from "./support/totp.ts";

let browser: Browser;
let admin: BeaconPerson;

beforeAll(async () => {
  browser = await launchChromium();
  admin = await createPerson("admin");
});
afterAll(async () => browser.close());

/** The row that names the text, of the members or of the invitations. */
const rowOf = (page: Page, text: string, table = "Members of the company") =>
  page.getByRole("table", { name: table }).getByRole("row").filter({ hasText: text });

test("an admin invites from the profile menu, learns that no mail left, sends again and withdraws", async () => {
  const page = await openBeacon(browser, admin, { path: "" });
  await page.getByRole("button", { name: /Your menu/ }).click();
  await page.getByRole("menuitem", { name: "Invite teammates" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite a teammate" });
  const email = `asked-${String(process.pid)}@lender.example`;
  await dialog.getByLabel("E-mail address").fill(email);
  await dialog.getByLabel("Role").selectOption("admin");
  await judge(page, "inviting");
  await dialog.getByRole("button", { name: "Send the invitation" }).click();
  // This server has no mail server: what to do is said, and the link is not.
  await dialog.getByText("tallystick outbox show last").waitFor();
  expect(await dialog.textContent()).not.toMatch(/\/beacon\/invitation/);
  await dialog.getByRole("button", { name: "Understood" }).click();
  expect(new URL(page.url()).search).toBe("");
  const row = rowOf(page, email, "All invitations");
  await row.getByText("Open", { exact: true }).waitFor();
  expect(await row.textContent()).toContain("Admin");
  await row.getByRole("button", { name: `Send again to ${email}` }).click();
  await page.getByRole("alert").filter({ hasText: email }).waitFor();
  await judge(page, "the team");
  await row.getByRole("button", { name: /^Withdraw/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await row.getByText("Withdrawn", { exact: true }).waitFor();
  await page.context().close();
});

test("somebody who is invited twice is said so in words, beside the form that keeps what was typed", async () => {
  const page = await openBeacon(browser, admin, { path: "/team?invite=yes" });
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail address").fill(admin.email);
  await dialog.getByRole("button", { name: "Send the invitation" }).click();
  await dialog.getByRole("alert").filter({ hasText: "is a member already" }).waitFor();
  expect(await dialog.getByLabel("E-mail address").inputValue()).toBe(admin.email);
  await page.context().close();
});

test("a role changes and a member goes, but the last admin stays, and the page says why", async () => {
  const { baseUrl } = inject("e2e");
  const { company_id: companyId } = (await cli(["company", "create", "--name", "Two Hands"])) as { company_id: string };
  const only = await createPerson("admin", companyId);
  const other = await createPerson("viewer", companyId);
  // The page of the other company leads to their own.
  const page = await openBeacon(browser, only, { path: "/team" });
  await page.goto(`${baseUrl}/beacon/c/${companyId}/team`);
  const act = async (email: string, item: string, verb: string): Promise<void> => {
    await rowOf(page, email)
      .getByRole("button", { name: /^Change/ })
      .click();
    await page.getByRole("menuitem", { name: item }).click();
    await page.getByRole("dialog").getByRole("button", { name: verb, exact: true }).click();
  };
  await act(only.email, "Remove", "Remove");
  await page.getByRole("alert").filter({ hasText: "last admin" }).waitFor();
  await judge(page, "the last admin");
  await page.getByRole("button", { name: "Not now" }).click();
  await act(other.email, "Make an admin", "Make an admin");
  await rowOf(page, other.email).getByRole("cell", { name: "Admin", exact: true }).waitFor();
  await act(other.email, "Make a viewer", "Make a viewer");
  await rowOf(page, other.email).getByRole("cell", { name: "Viewer", exact: true }).waitFor();
  await act(other.email, "Remove", "Remove");
  await rowOf(page, other.email).waitFor({ state: "detached" });
  await page.context().close();
});

test("a second factor is set up by its secret, its codes are kept, renewed with a code, and it is switched off", async () => {
  const person = await createPerson("viewer");
  const page = await openBeacon(browser, person, { path: "/account", colorScheme: "dark" });
  await judge(page, "the account, dark");
  await page.getByRole("button", { name: "Set it up" }).click();
  await page.getByRole("img", { name: "QR code of the secret" }).waitFor();
  await judge(page, "setting up");
  const secret = (await page.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? "";
  await page.getByRole("textbox", { name: "Code" }).fill("000000");
  await page.getByRole("button", { name: "Switch on" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByRole("textbox", { name: "Code" }).fill(codeOf(secret));
  await page.getByRole("button", { name: "Switch on" }).click();
  const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await codes.first().waitFor();
  expect(await codes.count()).toBe(10);
  const first = (await codes.first().textContent()) ?? "";
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  expect(readFileSync(await (await saved).path(), "utf8")).toContain(first);
  await judge(page, "recovery codes");
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("10 recovery codes left").waitFor();
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Make new recovery codes" }).click();
  await dialog.getByLabel("Code").fill(first);
  await dialog.getByRole("button", { name: "Make new codes" }).click();
  await codes.first().waitFor();
  expect(await codes.first().textContent()).not.toBe(first);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByRole("button", { name: "Switch off" }).click();
  await dialog.getByLabel("Code").fill(codeOf(secret, 1));
  await dialog.getByRole("button", { name: "Switch off" }).click();
  await page.getByRole("button", { name: "Set it up" }).waitFor();
  await page.context().close();
});

test("a new password ends the other sign-ins, and somebody sees where they are signed in", async () => {
  const { baseUrl } = inject("e2e");
  const person = await createPerson("viewer");
  await signInElsewhere(baseUrl, person.email, PASSWORD);
  const page = await openBeacon(browser, person, { path: "/account" });
  const table = page.getByRole("table", { name: "Sign-ins" });
  await table.getByText("This one").waitFor();
  await table.getByRole("button", { name: /^End the sign-in/ }).click();
  await table.getByRole("button", { name: /^End the sign-in/ }).waitFor({ state: "detached" });
  await signInElsewhere(baseUrl, person.email, PASSWORD);
  await page.getByLabel("Present password").fill("not the one");
  await page.getByLabel("New password").fill("eight loud counting frames");
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByRole("alert").waitFor();
  expect(await page.getByLabel("New password").inputValue()).toBe("eight loud counting frames");
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByText("1 other sign-in ended.").waitFor();
  await judge(page, "the account");
  await page.context().close();
});

async function signInElsewhere(baseUrl: string, email: string, password: string): Promise<void> {
  const response = await fetch(`${baseUrl}/beacon/api/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  expect(response.status).toBe(200);
}

test("a viewer is told whose pages these are, and finds no way to them", async () => {
  const viewer = await createPerson("viewer");
  const page = await openBeacon(browser, viewer, { path: "" });
  for (const name of ["Team", "Audit log", "Company settings", "Reconcile"]) {
    expect(await page.getByRole("navigation", { name: "Pages" }).getByText(name, { exact: true }).count()).toBe(0);
  }
  const asked: string[] = [];
  page.on("response", (response) => response.status() === 403 && asked.push(response.url()));
  for (const path of ["/team?invite=yes", "/audit", "/settings?tab=erasures", "/reconcile"]) {
    await page.goto(`${inject("e2e").baseUrl}/beacon/c/${inject("e2e").companyId}${path}`);
    await page.getByRole("heading", { name: "This page is for admins" }).waitFor();
    await judge(page, `${path} as a viewer`);
  }
  expect(asked).toEqual([]);
  await page.context().close();
});

test("the keyboard alone invites somebody, on a phone's width and in the dark", async () => {
  const page = await openBeacon(browser, admin, {
    path: "/team",
    viewport: { width: 390, height: 800 },
    colorScheme: "dark",
  });
  await page.getByRole("table", { name: "Members of the company" }).waitFor();
  await judge(page, "the team on a phone, dark");
  await tabTo(page, "Invite a teammate");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "E-mail address");
  const email = `keys-${String(process.pid)}@lender.example`;
  await page.keyboard.type(email);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Understood" }).waitFor();
  await page.keyboard.press("Escape");
  await rowOf(page, email, "All invitations").getByText("Open", { exact: true }).waitFor();
  await page.context().close();
});
