import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { startReceiver, type Receiver } from "../tools/harness/receiver.ts";
import { launchChromium } from "./chromium.ts";
import { cli, createDeployment, createSession, type Deployment } from "./server.ts";
import { createPerson, judge, openBeacon, type BeaconPerson } from "./support/beacon.ts";

/** The parts of a deployment's page, each against what the server then really does. */

let browser: Browser;
let admin: BeaconPerson;
let receiver: Receiver;
/** For what leaves no trace, or one that nothing else looks at. */
let shared: Deployment;

beforeAll(async () => {
  browser = await launchChromium();
  admin = await createPerson("admin");
  receiver = await startReceiver();
  shared = await createDeployment("Shared parts", []);
});
afterAll(async () => {
  await browser.close();
  await receiver.close();
});
async function openPart(tab: string, { deployment_id: id }: Deployment): Promise<Page> {
  return openBeacon(browser, admin, { path: `/deployments/${id}?tab=${tab}` });
}

async function setByCommand({ deployment_id: id }: Deployment, ...options: readonly string[]): Promise<void> {
  const { companyId } = inject("e2e");
  await cli(["deployment", "set", id, "--env", "test", "--company", companyId, ...options]);
}

/** What the page sends as its next change of settings. */
async function nextChange(page: Page, act: () => Promise<void>): Promise<unknown> {
  const [request] = await Promise.all([page.waitForRequest((one) => one.method() === "PATCH"), act()]);
  return request.postDataJSON() as unknown;
}

const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const saveButton = (page: Page) => page.getByRole("button", { name: "Save for Test" });

test("a wrong value is said at once, the server's refusal stands beside its field, and only changes are sent", async () => {
  const deployment = await createDeployment("Parts", []);
  const page = await openPart("settings", deployment);
  await field(page, "Time limit, hours").fill("0");
  await page.getByText("Takes whole hours from 1 to 10 000").waitFor();
  expect(await saveButton(page).isDisabled()).toBe(true);
  await field(page, "Time limit, hours").fill("48");
  // The form's own rules let it pass: only the server asks for a host.
  await field(page, "After expiry").fill("https:///too-late");
  await saveButton(page).click();
  await page.getByText("must name a host after https://").waitFor();
  expect(await field(page, "After expiry").getAttribute("aria-invalid")).toBe("true");
  await judge(page, "settings with a refusal");
  await field(page, "After expiry").fill("myapp://late?a=1&b=%20");
  await field(page, "Colour of buttons").fill("#ffd54a");
  const sent = await nextChange(page, async () => saveButton(page).click());
  expect(sent).toEqual({
    settings: { session_hours: 48, brand: { accent: "#ffd54a" }, expiry_url: "myapp://late?a=1&b=%20" },
  });
  await page.getByText("#ffd54a can not be told from the page").waitFor();
  await page.getByRole("link", { name: "History" }).click();
  await page.getByRole("row").filter({ hasText: "myapp://late?a=1&b=%20" }).getByText("Test admin").waitFor();
  await page.getByLabel("Setting", { exact: true }).selectOption("session_hours");
  await page.waitForURL(/setting=session_hours/);
  await page.reload();
  await expect.poll(async () => page.getByRole("row").count()).toBe(2);
  await page.context().close();
});

test("leaving with unsaved changes asks; staying keeps them, and the other side is never shown with them", async () => {
  const page = await openPart("keys", shared);
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await field(page, "Your name").fill("Acme Bank");
  await page.getByRole("link", { name: /^Production/ }).click();
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await question.getByRole("button", { name: "Stay" }).click();
  expect(await field(page, "Your name").inputValue()).toBe("Acme Bank");
  await page.evaluate(() => history.back());
  await question.getByRole("button", { name: "Stay" }).click();
  expect(await field(page, "Your name").inputValue()).toBe("Acme Bank");
  await page.getByRole("link", { name: /^Production/ }).click();
  await question.getByRole("button", { name: "Leave and lose it" }).click();
  await page.waitForURL(/env=production/);
  expect(await field(page, "Your name").inputValue()).toBe("");
  await page.context().close();
});

test("what somebody else changed meanwhile is shown before it is put out of place, and the rest of theirs stays", async () => {
  const deployment = await createDeployment("Parts", []);
  const page = await openPart("settings", deployment);
  await field(page, "Time limit, hours").fill("48");
  await setByCommand(deployment, "--session-hours", "12", "--expiry-url", "https://lender.example/theirs");
  await saveButton(page).click();
  await page.getByText("Somebody else changed this meanwhile").waitFor();
  await page.getByText("It is now: 12").waitFor();
  const sent = await nextChange(page, async () => saveButton(page).click());
  expect(sent).toEqual({ settings: { session_hours: 48 } });
  await page.getByText("Saved: 1 setting changed.").waitFor();
  expect(await field(page, "After expiry").inputValue()).toBe("https://lender.example/theirs");
  await page.context().close();
});

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

test("the preview shows name, colour and language before they are saved, and a logo as soon as it is uploaded", async () => {
  const page = await openPart("settings", shared);
  const picture = page.frameLocator('iframe[title="The applicant\'s page"]');
  await field(page, "Your name").fill("Banco Uno");
  await page.getByLabel("Español (Spanish)").check();
  await page.getByLabel("In which language").selectOption("es");
  await picture.locator('html[lang="es"]').getByText("Banco Uno").first().waitFor();
  await page.getByLabel("Logo").setInputFiles({
    name: "logo.png",
    mimeType: "image/png",
    buffer: Buffer.from(PIXEL, "base64"),
  });
  await page.getByAltText("The logo in force").waitFor();
  await picture.locator("img").first().waitFor();
  expect(await page.getByAltText("The logo in force").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(
    1,
  );
  await page.getByLabel("Logo").setInputFiles({ name: "a.gif", mimeType: "image/gif", buffer: Buffer.from("GIF89a") });
  await page.getByText("Takes a PNG or an SVG file.").waitFor();
  await page.getByRole("button", { name: "Take the logo away" }).click();
  await page.getByAltText("The logo in force").waitFor({ state: "detached" });
  expect(await field(page, "Your name").inputValue()).toBe("Banco Uno");
  await page.context().close();
});

test("a key is read, changed with an overlap in which both work, and the old one revoked is refused", async () => {
  const deployment = await createDeployment("Parts", []);
  const { baseUrl } = inject("e2e");
  let calls = 0;
  const statusOf = async (key: string): Promise<number> => {
    const response = await fetch(`${baseUrl}/v1/sessions-management/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json", "api-key": key },
      body: JSON.stringify({
        uid: `KEY-${String((calls += 1) + 10_000)}`,
        integration_id: deployment.test.integration_id,
      }),
    });
    return response.status;
  };
  const page = await openPart("keys", deployment);
  const keys = page.getByRole("region", { name: "API keys" }).first();
  const dialog = page.getByRole("dialog", { name: "The API key" });
  await keys.getByRole("button", { name: /^Show ts_test/ }).click();
  expect(await dialog.locator("code").textContent()).toBe(deployment.test.api_key);
  await page.keyboard.press("Escape");
  await keys.getByRole("button", { name: "Make a new API key" }).click();
  const form = page.getByRole("dialog", { name: "Make a new API key" });
  await form.getByRole("textbox", { name: "Overlap, hours" }).fill("169");
  await form.getByRole("button", { name: "Make a new API key" }).click();
  await form.getByText("from 1 to 168, such as 24").waitFor();
  await form.getByRole("textbox", { name: "Overlap, hours" }).fill("2");
  await form.getByRole("button", { name: "Make a new API key" }).click();
  const fresh = (await dialog.locator("code").textContent()) ?? "";
  await judge(page, "a new key");
  expect([await statusOf(deployment.test.api_key), await statusOf(fresh)]).toEqual([200, 200]);
  await page.keyboard.press("Escape");
  const old = page.getByRole("row").filter({ hasText: "Old, still good" });
  await old.getByRole("button", { name: /^Revoke/ }).click();
  await page.getByText("the new one is then the only one").waitFor();
  await page.getByRole("button", { name: "Revoke the API key" }).click();
  await page.getByRole("row").filter({ hasText: "Revoked" }).waitFor();
  await expect.poll(async () => statusOf(deployment.test.api_key), { timeout: 3000 }).toBe(401);
  expect(await statusOf(fresh)).toBe(200);
  await page.context().close();
});

test("a leaked secret ends at once, and links in the field outlive a planned change of their key", async () => {
  const session = await createSession(shared);
  const page = await openPart("keys", shared);
  await page.getByRole("button", { name: "Make a new webhook secret" }).click();
  const form = page.getByRole("dialog", { name: "Make a new webhook secret" });
  await form.getByRole("combobox", { name: "Why" }).selectOption("compromised");
  await form.getByRole("button", { name: /^End the old/ }).click();
  await page.getByText("is refused from now on").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("row").filter({ hasText: "Ended" }).waitFor();
  await page.getByRole("button", { name: "Make a new key of links" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make a new key", exact: true }).click();
  await page.getByText("New links are signed by a new key.").waitFor();
  const opened = await fetch(session.link, { redirect: "manual" });
  expect(opened.status).toBe(303);
  await page.context().close();
});

test("an address is tried before it is saved, with the receiver's answer; switched off it holds, switched on it sends", async () => {
  const deployment = await createDeployment("Parts", []);
  const page = await openPart("webhook", deployment);
  receiver.answerWith(() => 401);
  await field(page, "Address of your receiver").fill(receiver.url);
  await page.getByRole("button", { name: "Send it now" }).click();
  await page.getByText("401 after").waitFor();
  await page.getByText("This was a trial of an address that is not saved").waitFor();
  await judge(page, "a trial that was refused");
  receiver.answerWith(() => 200);
  await page.getByRole("button", { name: "Save the address" }).click();
  await page.getByText("Webhook on", { exact: true }).waitFor();
  await page.getByRole("combobox", { name: "Event" }).selectOption("application.expired");
  await page.getByRole("button", { name: "Send it now" }).click();
  await page.getByText("200 after").waitFor();
  await receiver.waitFor(({ body }) => body.includes("application.expired"));
  await page.getByRole("button", { name: "Switch off" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
  await page.getByText("Webhook off", { exact: true }).waitFor();
  await cli(["session", "cancel", (await createSession(deployment)).uid, "--company", inject("e2e").companyId]);
  await page.reload();
  await page.getByRole("button", { name: "Switch on" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Switch on" }).click();
  await page.getByText("1 held delivery is on the way now").waitFor();
  await receiver.waitFor(({ body }) => body.includes("application.cancelled"));
  expect(await page.getByRole("link", { name: /gap in the webhook log/ }).getAttribute("href")).toContain("env=test");
  await page.context().close();
});

test("Production takes over exactly the differences that were shown, and none that came in between", async () => {
  const deployment = await createDeployment("Parts", []);
  await setByCommand(deployment, "--session-hours", "48");
  const page = await openPart("go-live", deployment);
  await page.getByRole("button", { name: /^Copy \d/ }).click();
  await setByCommand(deployment, "--session-hours", "50");
  const question = page.getByRole("dialog", { name: "Change Production?" });
  await question.getByText("24 becomes 48").waitFor();
  await question.getByRole("button", { name: "Copy to Production" }).click();
  await page.getByText("A side was changed meanwhile").waitFor();
  await page.getByRole("row").filter({ hasText: "Time limit, hours" }).getByText("50").waitFor();
  await page.getByRole("button", { name: /^Copy \d/ }).click();
  await question.getByRole("button", { name: "Copy to Production" }).click();
  await page.getByText("Nothing differs").waitFor();
  await page.context().close();
});

test("the go-live check finds out again when asked, and each open item leads to the place that closes it", async () => {
  const page = await openPart("go-live", shared);
  await page.getByText("Expiry URL leads somewhere").waitFor();
  await page.getByRole("button", { name: "Check now" }).click();
  await page.getByRole("button", { name: "Check now", disabled: false }).waitFor();
  await page.getByText(/to close before the first real applicant/).waitFor();
  const item = page.getByRole("listitem").filter({ hasText: "Expiry URL leads somewhere" });
  await item.getByRole("link", { name: "Mend it under Settings of Production" }).click();
  await page.waitForURL(/env=production.*tab=settings/);
  await field(page, "After expiry").waitFor();
  await page.context().close();
});
