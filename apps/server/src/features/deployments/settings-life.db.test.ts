import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { newDeployment, postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { cliActor } from "../audit/service.ts";
import {
  applyCopy,
  createDeployment,
  listEnvironments,
  listSettingChanges,
  previewCopy,
  setEnvironment,
  showDeployment,
  type CreatedDeployment,
  type SettingsPatch,
} from "./service.ts";

let lender: TestLender;
let deployment: CreatedDeployment;
let admin: TestPerson;
let made = 0;
const actor = cliActor("ana");

beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());
beforeEach(async () => {
  made += 1;
  deployment = await newDeployment(lender, { company: `Lender ${made}`, name: "Loans" });
  admin = await signedInMember(lender.deps, { companyId: deployment.companyId, role: "admin" });
});

type Kind = "test" | "production";

const set = (kind: Kind, settings: SettingsPatch, webhookUrl?: string | null) =>
  setEnvironment(lender.deps, {
    companyId: deployment.companyId,
    deploymentId: deployment.deploymentId,
    kind,
    settings,
    ...(webhookUrl !== undefined && { webhookUrl }),
    actor,
  });
const wish = (withWebhookUrl = false, from: Kind = "test") => ({
  companyId: deployment.companyId,
  deploymentId: deployment.deploymentId,
  from,
  withWebhookUrl,
});
const sideOf = async (kind: Kind) => {
  const shown = await showDeployment(lender.deps, deployment.companyId, deployment.deploymentId);
  return shown.environments.find((environment) => environment.kind === kind);
};
const history = (kind: Kind, page: { setting?: string; limit?: number; after?: string } = {}) =>
  listSettingChanges(
    lender.deps,
    { companyId: deployment.companyId, environmentId: deployment[kind].environmentId },
    { limit: 50, ...page },
  );

function call(method: "GET" | "POST" | "PATCH", path: string, body?: unknown) {
  return lender.app.inject({
    method,
    url: `/beacon/api/companies/${deployment.companyId}${path}`,
    headers: { ...admin.headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
}

describe("history", () => {
  test("tells who changed what, when, from what to what, newest first, and of one side only", async () => {
    await set("test", { session_hours: 48 });
    await set("test", { session_hours: 72, languages: ["es", "en"] });
    await set("production", { session_hours: 5 });
    const { items, next } = await history("test", { setting: "session_hours" });
    expect(items).toMatchObject([
      { setting: "session_hours", from: 48, to: 72, actor: "cli:ana" },
      { setting: "session_hours", from: 24, to: 48, actor: "cli:ana" },
    ]);
    expect(next).toBeNull();
    expect(Math.abs((items[0]?.changedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    expect((await history("test")).items).toHaveLength(3);
  });

  test("goes through every change once, page by page", async () => {
    for (let hours = 1; hours <= 5; hours++) await set("test", { session_hours: hours });
    const seen: unknown[] = [];
    for (let after: string | undefined, pages = 0; pages < 10; pages++) {
      const page = await history("test", { limit: 2, ...(after !== undefined && { after }) });
      seen.push(...page.items.map(({ to }) => to));
      if (page.next === null) break;
      after = page.next;
    }
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });

  test("shows that a webhook URL's hidden part changed, and never what it is", async () => {
    await set("test", {}, "https://lender.example/hook?secret=alpha");
    await set("test", {}, "https://lender.example/hook?secret=beta");
    await set("test", {}, "https://lender.example/hook?secret=alpha");
    const { items } = await history("test");
    const [third, second, first] = items.map(({ to }) => to);
    expect(first).toMatch(/^https:\/\/lender\.example\/hook\?\(hidden [0-9a-f]{8}\)$/);
    expect([third === first, second === first]).toEqual([true, false]);
    const stored = await lender.deps.db.query("SELECT row_to_json(c)::text FROM setting_changes c");
    const audited = await lender.deps.db.query("SELECT details::text FROM audit_entries");
    expect(JSON.stringify([stored, audited])).not.toMatch(/secret=/);
  });

  test("is not written when a change is refused", async () => {
    await expect(set("test", { session_hours: 48, battery: "nope" })).rejects.toThrow("battery");
    await expect(set("production", { session_hours: 48 }, "http://far.example/")).rejects.toThrow("https");
    expect([(await history("test")).items, (await history("production")).items]).toEqual([[], []]);
  });
});

describe("copying settings", () => {
  const URLS = {
    completion_url: "myapp://done?a=1&b=%20&c=ü#x",
    cancellation_url: "https://lender.example/no?next=https://x.example/?y=1",
  };

  test("shows the differences, then makes exactly those, and no id, key or webhook follows", async () => {
    await set("test", { session_hours: 48, ...URLS }, "https://lender.example/test-hook");
    const before = await sideOf("production");
    const preview = await previewCopy(lender.deps, wish());
    expect(preview).toMatchObject({ from: "test", to: "production" });
    expect(Object.fromEntries(preview.changes.map(({ setting, to }) => [setting, to]))).toEqual({
      session_hours: 48,
      ...URLS,
    });
    const { version } = preview;
    expect(await applyCopy(lender.deps, { ...wish(), version, actor })).toMatchObject({ to: "production" });
    const after = await sideOf("production");
    expect(after?.settings).toMatchObject({ session_hours: 48, ...URLS });
    expect(after).toMatchObject({
      integrationId: before?.integrationId,
      keyHints: before?.keyHints,
      webhookUrl: null,
    });
    expect((await history("production")).items.map(({ setting }) => setting).toSorted()).toEqual([
      "cancellation_url",
      "completion_url",
      "session_hours",
    ]);
    expect((await previewCopy(lender.deps, wish())).changes).toEqual([]);
  });

  test("takes the webhook URL along when asked, and judges it as that of Production", async () => {
    await set("test", {}, "https://lender.example/hook");
    const { changes, version } = await previewCopy(lender.deps, wish(true));
    expect(changes).toEqual([{ setting: "webhook_url", from: null, to: "https://lender.example/hook" }]);
    await expect(applyCopy(lender.deps, { ...wish(false), version, actor })).rejects.toMatchObject({
      code: "copy_outdated",
    });
    await applyCopy(lender.deps, { ...wish(true), version, actor });
    expect((await sideOf("production"))?.webhookUrl).toBe("https://lender.example/hook");

    await set("test", {}, "http://far.example/hook");
    const plain = await previewCopy(lender.deps, wish(true));
    await expect(applyCopy(lender.deps, { ...wish(true), version: plain.version, actor })).rejects.toMatchObject({
      code: "setting_invalid",
    });
    expect((await sideOf("production"))?.webhookUrl).toBe("https://lender.example/hook");
  });

  test.each<[string, () => Promise<unknown>]>([
    ["the source", () => set("test", { session_hours: 50 })],
    ["the target", () => set("production", { session_hours: 50 })],
    ["the target's webhook", () => set("production", {}, "https://elsewhere.example/hook")],
  ])("is refused when %s changed after the preview", async (_what, change) => {
    await set("test", { session_hours: 48 });
    const { version } = await previewCopy(lender.deps, wish());
    await change();
    await expect(applyCopy(lender.deps, { ...wish(), version, actor })).rejects.toMatchObject({
      code: "copy_outdated",
    });
  });

  test("of two people who apply the same preview at once, one is told to look again", async () => {
    await set("test", { session_hours: 48 });
    const { version } = await previewCopy(lender.deps, wish());
    const apply = () => applyCopy(lender.deps, { ...wish(), version, actor });
    const outcomes = await Promise.allSettled([apply(), apply()]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await history("production")).items).toHaveLength(1);
  });
});

describe("an archived deployment", () => {
  const post = (uid: string) =>
    postTokens(
      lender.app,
      { uid, integration_id: deployment.test.integrationId },
      { headers: { "api-key": deployment.test.apiKey } },
    );
  const archive = () => call("POST", `/deployments/${deployment.deploymentId}/archive`);

  test("refuses new sessions by name, hands out open ones, shows its results, and comes back as it was", async () => {
    const begun = (await post("APP-1001")).json() as { session_id: string; link: string };
    expect((await archive()).json()).toMatchObject({ archived_at: expect.any(Number) });
    let tries = 0;
    const another = async () => (await post(`TRY-${(tries += 1) + 10_000}`)).statusCode;
    await expect.poll(another, { interval: 20, timeout: 3000 }).toBe(409);
    expect((await post("APP-1003")).json()).toMatchObject({
      code: "deployment_archived",
      detail: expect.stringContaining('"Loans" is archived'),
    });
    const again = await post("APP-1001");
    expect([again.statusCode, again.json().session_id]).toEqual([200, begun.session_id]);
    const opened = await lender.app.inject({ method: "GET", url: new URL(begun.link).pathname });
    expect(opened.statusCode).toBe(303);
    expect(await listEnvironments(lender.deps, deployment.companyId)).toMatchObject([
      { kind: "test", deploymentName: "Loans", archived: true, integrationId: deployment.test.integrationId },
      { kind: "production", archived: true },
    ]);
    await call("POST", `/deployments/${deployment.deploymentId}/unarchive`);
    await expect.poll(another, { interval: 20, timeout: 3000 }).toBe(200);
  });

  test("leaves the list, keeps its name, and its settings stay but for the webhook URL", async () => {
    await archive();
    const listed = async (query: string) =>
      (await call("GET", `/deployments${query}`)).json<{ items: { name: string }[] }>().items.map(({ name }) => name);
    expect([await listed(""), await listed("?archived=yes"), await listed("?archived=all")]).toEqual([
      [],
      ["Loans"],
      ["Loans"],
    ]);
    const { companyId } = deployment;
    await expect(createDeployment(lender.deps, { companyId, name: "Loans", actor })).rejects.toMatchObject({
      code: "deployment_name_taken",
    });
    await expect(set("test", { session_hours: 48 })).rejects.toMatchObject({ code: "deployment_archived" });
    await expect(previewCopy(lender.deps, wish())).rejects.toMatchObject({ code: "deployment_archived" });
    await set("test", {}, "https://lender.example/moved");
    expect((await sideOf("test"))?.webhookUrl).toBe("https://lender.example/moved");
  });

  test("archived twice is one entry of the audit log", async () => {
    await archive();
    await archive();
    const entries = await lender.deps.db.query(
      "SELECT actor FROM audit_entries WHERE company_id = $1::text AND action = 'deployment.archived'",
      [deployment.companyId],
    );
    expect(entries).toEqual([{ actor: `user:${admin.userId}` }]);
  });
});

describe("a name", () => {
  test("is changed with advice, and two deployments can not take one name at the same moment", async () => {
    const { companyId } = deployment;
    await createDeployment(lender.deps, { companyId, name: "Cards", actor });
    const renamed = await call("POST", `/deployments/${deployment.deploymentId}/rename`, { name: " Card test " });
    expect(renamed.json()).toMatchObject({ name: "Card test", advice: [{ code: "name_names_environment" }] });
    const taken = await call("POST", `/deployments/${deployment.deploymentId}/rename`, { name: "Cards" });
    expect([taken.statusCode, taken.json().code]).toEqual([409, "deployment_name_taken"]);

    const third = await createDeployment(lender.deps, { companyId, name: "Third", actor });
    const answers = await Promise.all(
      [deployment.deploymentId, third.deploymentId].map((id) =>
        call("POST", `/deployments/${id}/rename`, { name: "Same" }),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });
});

describe("over HTTP", () => {
  test("a change answers what changed and what is; a wrong value is explained and changes nothing", async () => {
    const path = `/environments/${deployment.test.environmentId}/settings`;
    const done = await call("PATCH", path, {
      settings: { completion_url: "tel:+1?x=1", session_hours: 48 },
      webhook_url: "https://lender.example/hook?k=1",
    });
    expect(done.json()).toMatchObject({
      changed: ["session_hours", "completion_url", "webhook_url"],
      environment: { webhook_url: "https://lender.example/hook?k=1", settings: { completion_url: "tel:+1?x=1" } },
    });
    for (const settings of [{ sesion_hours: 1 }, { session_hours: "48" }, { brand: 5 }, { __proto__: null, x: 1 }]) {
      const refused = await call("PATCH", path, { settings });
      expect([refused.statusCode, refused.json().code]).toEqual([422, "setting_invalid"]);
    }
    expect((await sideOf("test"))?.settings.session_hours).toBe(48);
  });

  test("showing a key needs a password given lately", async () => {
    const keys = (await call("GET", `/environments/${deployment.test.environmentId}/keys`)).json() as {
      items: { key_id: string; status: string }[];
    };
    const path = `/environments/${deployment.test.environmentId}/keys/${keys.items[0]?.key_id ?? ""}/reveal`;
    expect((await call("POST", path)).json()).toMatchObject({ api_key: deployment.test.apiKey });
    await lender.deps.db.query(
      "UPDATE user_sessions SET confirmed_at = now() - interval '16 minutes' WHERE user_id = $1",
      [admin.userId],
    );
    const refused = await call("POST", path);
    expect([refused.statusCode, refused.json().code]).toEqual([403, "reauthentication_required"]);
  });
});
