/** How an item of the go-live check is put together. */
import type { GoLiveItem } from "@tallystick/contract";

import type { Facts } from "./facts.ts";

export type Fix = NonNullable<GoLiveItem["fix"]>;
export type Subject = Pick<GoLiveItem, "key" | "title" | "environment" | "level">;

/** Proofs of what others answer fade: a receiver that answered last week may be gone. */
export const PROOF_HOURS = 24;

export function ok(subject: Subject, reason: string, evidenceAt: Date | null = null): GoLiveItem {
  return { ...subject, state: "ok", reason, fix: null, evidence_at: seconds(evidenceAt) };
}

export function open(
  subject: Subject,
  found: { readonly reason: string; readonly fix: Fix; readonly evidenceAt?: Date | null },
): GoLiveItem {
  const { reason, fix, evidenceAt = null } = found;
  return { ...subject, state: "open", reason, fix, evidence_at: seconds(evidenceAt) };
}

export function notApplicable(subject: Subject, reason: string): GoLiveItem {
  return { ...subject, state: "not_applicable", reason, fix: null, evidence_at: null };
}

export function fix(text: string, ways: { readonly command?: string; readonly call?: string } = {}): Fix {
  return { text, command: ways.command ?? null, call: ways.call ?? null };
}

/** A line to paste on the server: `commandLine(facts, "golive check dep_…")`. */
export function commandLine(facts: Pick<Facts, "companyId" | "isOnlyCompany">, words: string): string {
  return `npx tallystick ${words}${facts.isOnlyCompany ? "" : ` --company ${facts.companyId}`}`;
}

export function settingLine(facts: Facts, options: string): string {
  return commandLine(facts, `deployment set ${facts.deploymentId} --env production ${options}`);
}

export function checkAgain(facts: Facts): Fix {
  return fix("Run the check, which asks the address.", {
    command: commandLine(facts, `golive check ${facts.deploymentId}`),
    call: `POST /beacon/api/companies/${facts.companyId}/deployments/${facts.deploymentId}/go-live/check {}`,
  });
}

/** `at` lies at most `hours` before the facts were gathered. */
export function isWithin(facts: Pick<Facts, "now">, at: Date, hours: number): boolean {
  return facts.now.getTime() - at.getTime() <= hours * 3_600_000;
}

/** A query may hold a secret; what names the address is enough. */
export function withoutQuery(url: string): string {
  return url.split(/[?#]/)[0] ?? "";
}

export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function seconds(at: Date | null): number | null {
  return at === null ? null : Math.floor(at.getTime() / 1000);
}
