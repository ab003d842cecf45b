import type { FactRow } from "./store.ts";

/** An item before its place is known. */
export interface Item {
  readonly at: Date;
  readonly sessionId: string;
  readonly kind: string;
  readonly run: number | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const END_WORDS: Readonly<Record<string, string>> = {
  PRIVACY_POLICY_REJECTED: "the applicant declined the privacy policy",
  CANCELLED_BY_LENDER: "by the lender",
  LINK_REVOKED: "the link was revoked",
  APPLICANT_STOPPED: "the applicant stopped for good",
  TASKS_MISSING: "tasks are missing",
  DATA_UNUSABLE: "what was played can not be scored",
};

export function endText(state: string, reasons: readonly string[]): string {
  const why = reasons.map((reason) => END_WORDS[reason] ?? reason).join("; ");
  const what = state === "incomplete" ? "Left incomplete" : state.charAt(0).toUpperCase() + state.slice(1);
  return why === "" ? what : `${what}: ${why}`;
}

type Details = Readonly<Record<string, unknown>>;

/** A fact of any kind, also of one that was added after this was written. */
export function factItem({ at, sessionId, run, kind, details }: FactRow): Item {
  // The hashes tell two pages, and two openings, apart and nobody anything.
  const { tab: _tab, opening: _opening, ...shown } = details;
  const place = { at, sessionId, run };
  if (kind !== "run_ended") return { ...place, kind, details: shown, text: factText(kind, details) };
  const state = textOf(details, "state");
  const reasons = Array.isArray(details["reasons"]) ? details["reasons"].map(String) : [];
  return { ...place, kind: state, details: { ...shown, run_ended: true }, text: endText(state, reasons) };
}

function factText(kind: string, details: Details): string {
  switch (kind) {
    case "opened":
      return `Opened on ${deviceText(details["device"])}`;
    case "resumed":
      return `The page was loaded again on ${deviceText(details["device"])}`;
    case "taken_over":
      return `Taken over by another window or device: ${deviceText(details["device"])}`;
    case "hidden":
      return `The page was out of sight for ${secondsText(details)}${taskText(details)}`;
    case "offline":
      return `The phone was without a network for ${secondsText(details)}${taskText(details)}`;
    case "blurred":
      return `The page lost the focus for ${secondsText(details)}${taskText(details)}`;
    case "resized":
      return `The page changed its size to ${sizeText(details["viewport"])}${taskText(details)}`;
    case "network":
      return `The device changed its connection: ${textOf(details, "connection")}${taskText(details)}`;
    case "stopped_for_now":
      return `The applicant stopped for now${taskText(details)}`;
    case "storage_blocked":
      return "The browser keeps nothing: what is not sent yet is lost when the page closes";
    case "redirected":
      return `Sent on to ${textOf(details, "url")} (${textOf(details, "outcome")})`;
    case "reopened":
      return `Re-opened by ${textOf(details, "actor")}`;
    case "warning":
      return `Warning ${textOf(details, "code")}: ${textOf(details, "detail")}`;
    case "near_duplicate":
      return `Uids of the same form within 30 days: ${textOf(details, "count")}`;
    default:
      return kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll("_", " ");
  }
}

function deviceText(device: unknown): string {
  if (typeof device !== "object" || device === null) return "an unknown device";
  const { class: kind, viewport } = device as { readonly class?: unknown; readonly viewport?: unknown };
  const size = Array.isArray(viewport) ? `, ${sizeText(viewport)}` : "";
  return `a ${typeof kind === "string" ? kind : "device"}${size}`;
}

function sizeText(viewport: unknown): string {
  return Array.isArray(viewport) && viewport.length === 2 ? viewport.map(String).join("×") : "unknown";
}

function secondsText(details: Details): string {
  const ms = Number(details["duration_ms"]);
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : "a while";
}

function taskText(details: Details): string {
  const index = details["task_index"];
  return typeof index === "number" ? `, during task ${index + 1}` : "";
}

function textOf(details: Details, member: string): string {
  const value = details[member];
  return typeof value === "string" || typeof value === "number" ? String(value) : "unknown";
}
