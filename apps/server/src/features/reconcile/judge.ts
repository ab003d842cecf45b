/** One line of the list against what was found for it: pure, so that every finding can be shown without a database. */
import type { Finding, ReconcileLine } from "@tallystick/contract";

import type { SessionState } from "../sessions/lifecycle.ts";
import type { ListedRow } from "./read-list.ts";

export interface FoundSession {
  readonly uid: string;
  readonly sessionId: string;
  readonly environmentId: string;
  /** As it counts now. */
  readonly state: SessionState;
}

/** What was sent to the lender; null while no result was. */
export interface Sent {
  readonly score: number | null;
  readonly riskBand: string | null;
}

export interface Evidence {
  /** Where the line says, or the list, its session should be; null: anywhere. `unknown`: an Integration ID of nobody here. */
  readonly expected: { readonly environmentId: string } | "unknown" | null;
  /** Sessions of exactly this uid, in every place looked into. */
  readonly exact: readonly FoundSession[];
  readonly near: readonly FoundSession[];
  /** Environments in which a journey of this uid was erased. */
  readonly erasedIn: readonly string[];
  readonly sentOf: (sessionId: string) => Sent;
}

export interface Judgement {
  readonly finding: Finding;
  readonly text: string;
  readonly sessions: readonly FoundSession[];
  readonly differences: readonly Difference[];
}

type Difference = ReconcileLine["differences"][number];

/** Of a line whose uid can be one and stands in the list for the first time. */
export function judgeLine(row: ListedRow, evidence: Evidence, placeName: (session: FoundSession) => string): Judgement {
  const { expected, exact } = evidence;
  const here = exact.filter((session) => {
    if (expected === "unknown") return false;
    return expected === null || session.environmentId === expected.environmentId;
  });
  const [best] = here.toSorted((a, b) => rank(a) - rank(b));
  if (best !== undefined) return judgeFound(row, here, { best, sent: evidence.sentOf(best.sessionId) });
  const isErasedHere =
    expected !== null && expected !== "unknown" && evidence.erasedIn.includes(expected.environmentId);
  if (isErasedHere || (exact.length === 0 && evidence.erasedIn.length > 0)) {
    return nothing("erased", "The person behind this uid was erased");
  }
  if (exact.length > 0) {
    const names = exact.map((session) => `${placeName(session)} (${session.state.replace("_", " ")})`).join(", ");
    const why = expected === "unknown" ? "The Integration ID of this line is not known here; the uid" : "The uid";
    return { finding: "wrong_place", text: `${why} stands in ${names}`, sessions: exact, differences: [] };
  }
  if (evidence.near.length > 0) {
    const names = evidence.near.map((session) => `${session.uid} in ${placeName(session)}`).join(", ");
    return { finding: "near_miss", text: `Not known, but close to ${names}`, sessions: evidence.near, differences: [] };
  }
  return nothing("missing", "No session has this uid, nor one that is easily mistaken for it");
}

export function nothing(finding: Finding, text: string): Judgement {
  return { finding, text, sessions: [], differences: [] };
}

/** Where a uid stands in several places and any will do, the one that went furthest speaks. */
function rank({ state }: FoundSession): number {
  return state === "completed" ? 0 : state === "in_progress" ? 1 : state === "opened" || state === "created" ? 2 : 3;
}

function judgeFound(
  row: ListedRow,
  here: readonly FoundSession[],
  { best, sent }: { readonly best: FoundSession; readonly sent: Sent },
): Judgement {
  const differences = differencesOf(row, best, sent);
  const told = differences
    .map(({ member, yours, ours }) => `${member}: yours ${yours}, ours ${ours ?? "none"}`)
    .join("; ");
  if (best.state !== "completed") {
    const text = `The journey is ${best.state.replace("_", " ")}${told === "" ? "" : `; ${told}`}`;
    return { finding: "never_finished", text, sessions: here, differences };
  }
  if (differences.length > 0) return { finding: "differs", text: told, sessions: here, differences };
  return { finding: "matched", text: "As we have it", sessions: here, differences };
}

/** Only what the line says is compared. */
function differencesOf(row: ListedRow, session: FoundSession, sent: Sent): readonly Difference[] {
  const differences: Difference[] = [];
  const { score, risk_band, state } = row;
  if (isGiven(score) && score !== sent.score) differences.push({ member: "score", yours: score, ours: sent.score });
  if (isGiven(risk_band) && plain(risk_band) !== plain(sent.riskBand ?? "")) {
    differences.push({ member: "risk_band", yours: risk_band, ours: sent.riskBand });
  }
  if (isGiven(state) && plain(state) !== plain(session.state)) {
    differences.push({ member: "state", yours: state, ours: session.state });
  }
  return differences;
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined && value !== "";
}

/** `Very low`, `very-low` and `VERY_LOW` are the same word. */
function plain(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
}
