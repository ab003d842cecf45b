import { LANGUAGE_CODES, PREVIEW_SCREENS } from "@tallystick/contract";
import { afterAll, beforeAll, expect, test } from "vitest";

import { testLender, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { SYSTEM } from "../audit/service.ts";
import { setEnvironment, type SettingsPatch } from "../deployments/service.ts";
import { say } from "./texts.ts";

let lender: TestLender;
let admin: TestPerson;
beforeAll(async () => {
  lender = await testLender();
  admin = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "admin" });
});
afterAll(() => lender.close());

type Query = Readonly<Record<string, string>>;

async function preview(query: Query, kind: "test" | "production" = "test", person = admin) {
  const { companyId } = lender.deployment;
  const { environmentId } = lender.deployment[kind];
  const answer = await lender.app.inject({
    method: "GET",
    url: `/beacon/api/companies/${companyId}/environments/${environmentId}/preview?${new URLSearchParams(query).toString()}`,
    headers: person.headers,
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
}

/** The text of the page, as it stands in it. */
async function text(query: Query, kind?: "test" | "production"): Promise<string> {
  const { status, body } = await preview(query, kind);
  expect(status, body).toBe(200);
  return body;
}

async function set(settings: SettingsPatch): Promise<void> {
  const { companyId, deploymentId } = lender.deployment;
  await setEnvironment(lender.deps, { companyId, deploymentId, kind: "production", settings, actor: SYSTEM });
}

test("every screen in every language can be looked at, and does nothing: no script, no form, no way on", async () => {
  for (const screen of PREVIEW_SCREENS) {
    for (const language of LANGUAGE_CODES) {
      const { status, body, headers } = await preview({ screen, language, use_case: "in_branch_shared_device" });
      expect(status, `${screen} ${language} ${body}`).toBe(200);
      expect(body).toContain(`<html lang="${language}"`);
      expect(body, screen).not.toMatch(/<script|<noscript|http-equiv|<a[^>]*\shref=|<form[^>]*\saction=|\sautofocus/);
      expect(headers["x-frame-options"]).toBeUndefined();
      expect(headers["cache-control"]).toBe("no-store");
      const policy = String(headers["content-security-policy"]);
      expect(policy).toMatch(/^sandbox allow-same-origin; default-src 'none'; /);
      expect(policy).toMatch(/form-action 'none'; base-uri 'none'; frame-ancestors 'self'$/);
      expect(policy).not.toContain("script");
    }
  }
});

test("shows the saved settings, and what is changed before it is saved; nothing is stored", async () => {
  await set({ languages: ["es", "ar"], brand: { lender_name: "Banco Uno", accent: "#aa2200" } });
  const saved = await text({ screen: "consent" }, "production");
  expect(saved).toContain('<html lang="es"');
  expect(saved).toContain("<bdi>Banco Uno</bdi>");
  expect(saved).toContain("--lender-fill-light: #aa2200");
  expect(saved).not.toContain(say("es", "consent.policy"));
  const draft = await text(
    {
      screen: "consent",
      language: "en",
      languages: "en,th",
      lender_name: "Bank <Two>",
      accent: "#005522",
      privacy_policy_url: "https://two.example/privacy?a=1&b=2",
    },
    "production",
  );
  expect(draft).toContain("<bdi>Bank &lt;Two&gt;</bdi>");
  expect(draft).toContain("--lender-fill-light: #005522");
  expect(draft).toContain('title="https://two.example/privacy?a=1&amp;b=2"');
  expect(draft).toContain("ไทย");
  expect(draft).not.toContain("العربية");
  const plain = await text({ screen: "consent", lender_name: "", accent: "" }, "production");
  expect(plain).toContain("<bdi>Acme</bdi>");
  expect(plain).not.toContain("--lender-fill-light: #");
  expect(await text({ screen: "consent" }, "production")).toContain("Banco Uno");
});

test("an end shows the way on, or says that the browser is sent on without a page", async () => {
  const way = { completion_url: "https://lender.example/done" };
  expect(await text({ screen: "done", ...way })).toContain('title="https://lender.example/done"');
  const hidden = await text({ screen: "done", ...way, show_completion_page: "false" });
  expect(hidden).toContain("No page is shown here");
  expect(hidden).toContain("https://lender.example/done");
  expect(await text({ screen: "declined", cancellation_url: "https://lender.example/no" })).toContain(
    "No page is shown",
  );
  const shared = await text({ screen: "done", use_case: "in_branch_shared_device" });
  expect(shared).toContain(say("en", "kiosk.hand_back"));
});

test("pages about no journey in particular name nobody", async () => {
  for (const screen of ["link_replaced", "link_unknown", "recorded"]) {
    expect(await text({ screen, lender_name: "Banco Uno", accent: "#aa2200" })).not.toMatch(
      /Banco Uno|--lender-fill-light: #/,
    );
  }
});

test("a value that could not be saved is refused by the parameter's name", async () => {
  const wrong: readonly (readonly [string, Query])[] = [
    ["screen", {}],
    ["screen", { screen: "tasks" }],
    ["screen", { screen: "staff" }],
    ["language", { screen: "consent", language: "de" }],
    ["languages", { screen: "consent", languages: "en,en" }],
    ["languages", { screen: "consent", languages: "" }],
    ["accent", { screen: "consent", accent: "red" }],
    ["lender_name", { screen: "consent", lender_name: "x".repeat(61) }],
    ["lender_name", { screen: "consent", lender_name: "a\u0007b" }],
    ["privacy_policy_url", { screen: "consent", privacy_policy_url: "ftp://x.example" }],
    ["completion_url", { screen: "done", completion_url: "data:text/html,x" }],
    ["completion_url", { screen: "done", completion_url: "https://" }],
    ["show_completion_page", { screen: "done", show_completion_page: "no" }],
    ["use_case", { screen: "done", use_case: "" }],
    ["session", { screen: "done", session: "x" }],
  ];
  for (const [name, query] of wrong) {
    const { status, body } = await preview(query);
    expect([status, body], JSON.stringify(query)).toEqual([422, expect.stringContaining('"code":"query_invalid"')]);
    expect(body, JSON.stringify(query)).toContain(name);
  }
});

test("viewers, who see no settings, see no preview", async () => {
  const viewer = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "viewer" });
  const { status, body } = await preview({ screen: "consent" }, "test", viewer);
  expect([status, body]).toEqual([403, expect.stringContaining('"code":"role_insufficient"')]);
});
