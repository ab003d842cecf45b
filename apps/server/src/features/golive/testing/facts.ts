import { environmentSettingsSchema } from "@tallystick/contract";

import { urlHash, type Evidence, type EvidenceKind } from "../../deployments/service.ts";
import type { Facts, Side } from "../facts.ts";

export const NOW = new Date("2026-11-25T12:00:00Z");

export function hoursAgo(hours: number): Date {
  return new Date(NOW.getTime() - hours * 3_600_000);
}

export function seen(kind: EvidenceKind, at: Date, details: Readonly<Record<string, unknown>> = {}): Evidence {
  return { kind, count: 1, firstAt: at, lastAt: at, details };
}

export function evidence(...all: readonly Evidence[]): ReadonlyMap<EvidenceKind, Evidence> {
  return new Map(all.map((one) => [one.kind, one]));
}

const HOOK = "https://lender.example/hook";
const PAGES = {
  privacy_policy_url: "https://lender.example/privacy",
  completion_url: "https://lender.example/done",
  cancellation_url: "https://lender.example/no",
  expiry_url: "https://lender.example/late",
} as const;

function answered(kind: EvidenceKind, url: string): Evidence {
  return seen(kind, hoursAgo(1), { url_hash: urlHash(url), answer: "answered with 200", problem: null });
}

/** A deployment with nothing open. */
export function readyFacts(): Facts {
  const settings = environmentSettingsSchema.parse({
    ...PAGES,
    brand: { lender_name: "Acme", accent: "#1a5fb4" },
    languages: ["en"],
  });
  const side = { settings, chosen: new Set(["languages"]), acknowledged: { played: null, simulated: null } };
  return {
    now: NOW,
    installation: {
      publicUrl: "https://play.lender.example",
      beaconUrl: "https://beacon.lender.example",
      sendsMail: true,
    },
    companyId: "cmp_a",
    isOnlyCompany: true,
    deploymentId: "dep_a",
    name: "Loans",
    archivedAt: null,
    admins: 2,
    shared: { apiKey: false, webhookSecret: false },
    test: {
      ...side,
      environmentId: "env_t",
      kind: "test",
      integrationId: "0".repeat(24),
      webhook: { url: `${HOOK}-test`, enabled: true, disabledReason: null },
      evidence: evidence(seen("duplicate_refused", hoursAgo(400))),
      acknowledged: { played: hoursAgo(300), simulated: null },
    },
    production: {
      ...side,
      environmentId: "env_p",
      kind: "production",
      integrationId: "1".repeat(24),
      webhook: { url: HOOK, enabled: true, disabledReason: null },
      evidence: evidence(
        seen("webhook_test_accepted", hoursAgo(1), { url_hash: urlHash(HOOK) }),
        answered("privacy_policy_checked", PAGES.privacy_policy_url),
        answered("completion_url_checked", PAGES.completion_url),
        answered("cancellation_url_checked", PAGES.cancellation_url),
        answered("expiry_url_checked", PAGES.expiry_url),
      ),
    },
  };
}

/** Ready but for these members of one side. */
export function withSide(kind: "test" | "production", change: (side: Side) => Partial<Side>): Facts {
  const facts = readyFacts();
  return { ...facts, [kind]: { ...facts[kind], ...change(facts[kind]) } };
}
