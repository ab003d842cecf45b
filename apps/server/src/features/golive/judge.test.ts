import { GO_LIVE_ITEMS, goLiveSchema, type EnvironmentSettings, type GoLiveKey } from "@tallystick/contract";
import { describe, expect, test } from "vitest";

import { urlHash, type Evidence } from "../deployments/service.ts";
import type { Facts } from "./facts.ts";
import { judge } from "./judge.ts";
import { evidence, hoursAgo, readyFacts, seen, withSide } from "./testing/facts.ts";

function item(facts: Facts, key: GoLiveKey) {
  const found = judge(facts).items.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no item ${key}`);
  return found;
}

const settings = (change: Partial<EnvironmentSettings>, side: "test" | "production" = "production") =>
  withSide(side, (before) => ({ settings: { ...before.settings, ...change } }));

const installation = (change: Partial<Facts["installation"]>): Facts => ({
  ...readyFacts(),
  installation: { ...readyFacts().installation, ...change },
});

const production = (...changed: readonly Evidence[]) =>
  withSide("production", (side) => ({ evidence: evidence(...side.evidence.values(), ...changed) }));

const DONE = "https://lender.example/done";

test("a deployment that meets every item is ready, and says nothing is to be done", () => {
  const found = judge(readyFacts());
  expect(goLiveSchema.parse(found)).toEqual(found);
  expect(found).toMatchObject({ ready: true, blocking_open: 0, advising_open: 0 });
  expect(found.items.map(({ key }) => key)).toEqual(GO_LIVE_ITEMS);
  expect(found.items.filter(({ state, fix }) => state !== "ok" || fix !== null)).toEqual([]);
});

/** What is wrong with each; every row opens its item and nothing else. */
const OPEN: readonly (readonly [GoLiveKey, what: string, Facts, reason: RegExp])[] = [
  ["deployment_in_use", "archived", { ...readyFacts(), archivedAt: hoursAgo(3) }, /archived/],
  ["public_address", "plain http", installation({ publicUrl: "http://play.lender.example" }), /without TLS/],
  ["dashboard_address", "the same host", installation({ beaconUrl: "https://play.lender.example" }), /shares/],
  ["dashboard_address", "plain http", installation({ beaconUrl: "http://beacon.lender.example" }), /in the clear/],
  ["mail", "no server", installation({ sendsMail: false }), /outbox/],
  ["two_admins", "one", { ...readyFacts(), admins: 1 }, /One admin alone/],
  ["two_admins", "none", { ...readyFacts(), admins: 0 }, /Nobody/],
  ["brand", "no colour", settings({ brand: { lender_name: "Acme", accent: null, logo: null } }), /No colour/],
  [
    "brand",
    "nothing chosen",
    settings({ brand: { lender_name: null, accent: null, logo: null } }),
    /No name and no colour/,
  ],
  ["languages", "never chosen", withSide("production", () => ({ chosen: new Set() })), /default \(en\)/],
  [
    "languages_reviewed",
    "two that nobody has read",
    settings({ languages: ["en", "ar", "sw"] }),
    /yet: Arabic \(ar\), Swahili \(sw\)\./,
  ],
  ["privacy_policy", "not set", settings({ privacy_policy_url: null }), /before they agree/],
  ["completion_url", "not set", settings({ completion_url: null }), /stay on the last page/],
  ["completion_url", "another URL than asked", settings({ completion_url: `${DONE}?v=2` }), /was not asked yet/],
  [
    "completion_url",
    "asked a day ago",
    production(seen("completion_url_checked", hoursAgo(24.1), { url_hash: urlHash(DONE), problem: null })),
    /more than 24 hours ago/,
  ],
  [
    "completion_url",
    "broken",
    production(seen("completion_url_checked", hoursAgo(1), { url_hash: urlHash(DONE), problem: "answered with 404" })),
    /answered with 404\. Applicants who finish/,
  ],
  ["cancellation_url", "not set", settings({ cancellation_url: null }), /decline/],
  ["expiry_url", "not set", settings({ expiry_url: null }), /old link/],
  [
    "webhook_verified",
    "no URL",
    withSide("production", (side) => ({ webhook: { ...side.webhook, url: null } })),
    /No webhook URL/,
  ],
  [
    "webhook_verified",
    "switched off",
    withSide("production", (side) => ({ webhook: { ...side.webhook, enabled: false, disabledReason: "gone" } })),
    /switched off \(gone\)/,
  ],
  [
    "webhook_verified",
    "the URL changed since",
    withSide("production", (side) => ({ webhook: { ...side.webhook, url: "https://lender.example/new?key=x" } })),
    /^https:\/\/lender\.example\/new never accepted/,
  ],
  [
    "webhook_verified",
    "proved a day ago",
    production(seen("webhook_test_accepted", hoursAgo(24.1), { url_hash: urlHash("https://lender.example/hook") })),
    /more than 24 hours ago/,
  ],
  [
    "webhooks_apart",
    "one URL for both",
    withSide("test", (side) => ({ webhook: { ...side.webhook, url: "https://lender.example/hook" } })),
    /integration_id/,
  ],
  ["keys_apart", "one API key", { ...readyFacts(), shared: { apiKey: true, webhookSecret: false } }, /An API key/],
  ["keys_apart", "one secret", { ...readyFacts(), shared: { apiKey: false, webhookSecret: true } }, /webhook secret/],
  ["test_journey_played", "only simulated", simulatedOnly(), /Nobody has played/],
  ["same_assessment", "other bands", settings({ risk_band_cutoffs: [1, 2, 3, 4] }), /risk_band_cutoffs/],
  ["duplicate_refused", "never met", withSide("test", () => ({ evidence: new Map() })), /has not met/],
  [
    "no_test_key_in_production",
    "six days ago",
    production(seen("test_key_seen", hoursAgo(6 * 24))),
    /within the last 7/,
  ],
  [
    "no_production_key_in_test",
    "an hour ago",
    withSide("test", (side) => ({
      evidence: evidence(...side.evidence.values(), seen("production_key_seen", hoursAgo(1))),
    })),
    /A Production key/,
  ],
];

function simulatedOnly(): Facts {
  return withSide("test", () => ({ acknowledged: { played: null, simulated: hoursAgo(2) } }));
}

test.each(OPEN)("%s is open: %s", (key, _what, facts, reason) => {
  const found = judge(facts);
  expect(found.items.filter(({ state }) => state === "open").map((open) => open.key)).toEqual([key]);
  const { reason: text, fix, level } = item(facts, key);
  expect(text).toMatch(reason);
  expect(fix?.text).toMatch(/\.$/);
  expect(found.ready).toBe(level === "advising");
});

test("every item can be open", () => {
  const tried = new Set(OPEN.map(([key]) => key));
  expect(GO_LIVE_ITEMS.filter((key) => !tried.has(key))).toEqual(["test_journey"]);
  const never = withSide("test", () => ({ acknowledged: { played: null, simulated: null } }));
  expect(item(never, "test_journey")).toMatchObject({ state: "open", level: "blocking" });
});

describe("what does not apply", () => {
  test("a dashboard of its own while the server is only on this machine; the address itself then is open", () => {
    const facts = installation({ publicUrl: "http://127.0.0.1:8080", beaconUrl: "http://127.0.0.1:8080" });
    expect(item(facts, "dashboard_address").state).toBe("not_applicable");
    expect(item(facts, "public_address")).toMatchObject({ state: "open", level: "blocking" });
  });

  test("redirects on a shared device in a branch; the privacy policy applies everywhere", () => {
    const nothing = { completion_url: null, cancellation_url: null, expiry_url: null, privacy_policy_url: null };
    const facts = settings({ ...nothing, use_case: "in_branch_shared_device" });
    for (const key of ["completion_url", "cancellation_url", "expiry_url"] as const) {
      expect(item(facts, key).state).toBe("not_applicable");
    }
    expect(item(facts, "privacy_policy").state).toBe("open");
  });

  test("separate receivers while one side has none", () => {
    const facts = withSide("test", (side) => ({ webhook: { ...side.webhook, url: null } }));
    expect(item(facts, "webhooks_apart").state).toBe("not_applicable");
  });
});

test("an app's own scheme is accepted by its form, and said to need a phone", () => {
  expect(item(settings({ completion_url: "lenderapp://done?x=1" }), "completion_url")).toMatchObject({
    state: "ok",
    reason: expect.stringContaining("try it on one"),
    evidence_at: null,
  });
});

test("a Test key seen eight days ago no longer counts, and the time stays visible", () => {
  const facts = production(seen("test_key_seen", hoursAgo(8 * 24)));
  expect(item(facts, "no_test_key_in_production")).toMatchObject({
    state: "ok",
    evidence_at: hoursAgo(8 * 24).getTime() / 1000,
  });
});

test("no query of a URL stands in a reason: it may hold a secret of the lender's", () => {
  const url = "https://lender.example/x?token=s3cret#frag";
  const facts = settings({ completion_url: url, privacy_policy_url: url, cancellation_url: url, expiry_url: url });
  const hook = withSide("production", (side) => ({ webhook: { ...side.webhook, url } }));
  expect(JSON.stringify([judge(facts), judge(hook)])).not.toContain("s3cret");
});

test("command lines name the company where there are several", () => {
  const facts = { ...settings({ completion_url: null }), isOnlyCompany: false };
  expect(item(facts, "completion_url").fix?.command).toMatch(/ --company cmp_a$/);
});
