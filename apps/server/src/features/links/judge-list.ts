import { setImmediate as nextTurn } from "node:timers/promises";

import type { Deps } from "../../infra/deps.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { judgeUid, usedUids, type Warning } from "../sessions/service.ts";
import type { ListLine } from "./read-list.ts";

/** A line that can be used. */
export interface GoodLine {
  readonly line: number;
  readonly uid: string;
  /** One of the environment's languages, or null for its default. */
  readonly language: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly warnings: readonly Warning[];
}

export interface Problem {
  readonly line: number;
  /** `uid_invalid`, `uid_reserved`, `uid_looks_personal`, `metadata_looks_personal`, `metadata_invalid`,
   * `language_invalid`, `uid_simulated`, `uid_duplicate`, `uid_already_used`. */
  readonly code: string;
  readonly detail: string;
}

export interface BatchWarning {
  readonly code: string;
  /** Lines that it was noticed on, and the first of them; 0 without a list. */
  readonly count: number;
  readonly line: number;
  readonly detail: string;
}

export interface JudgedList {
  readonly good: readonly GoodLine[];
  /** By line. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly BatchWarning[];
}

/** Lines judged before others get their turn: about 5 ms. */
const CHUNK = 1000;

/** Judges every line as session creation would, and against the others of its list. Nothing is stored. */
export async function judgeList(
  deps: Deps,
  environment: EnvironmentAccess,
  list: { readonly lines: readonly ListLine[]; readonly language: string | undefined },
): Promise<JudgedList> {
  const good: GoodLine[] = [];
  const problems: Problem[] = [];
  const firstLines = new Map<string, number>();
  for (let start = 0; start < list.lines.length; start += CHUNK) {
    const judged: GoodLine[] = [];
    for (const line of list.lines.slice(start, start + CHUNK)) {
      const verdict = judgeLine(environment, { ...line, language: line.language ?? list.language }, firstLines);
      if ("code" in verdict) problems.push(verdict);
      else judged.push(verdict);
    }
    const used = await usedUids(
      deps,
      environment,
      judged.map(({ uid }) => uid),
    );
    for (const line of judged) {
      if (used.has(line.uid)) problems.push(alreadyUsed(line.line));
      else good.push(line);
    }
    await nextTurn();
  }
  return { good, problems: problems.toSorted((a, b) => a.line - b.line), warnings: summary(good) };
}

export function alreadyUsed(line: number): Problem {
  return { line, code: "uid_already_used", detail: "this environment has, or had, a session of this uid" };
}

function judgeLine(
  environment: EnvironmentAccess,
  given: ListLine,
  firstLines: Map<string, number>,
): GoodLine | Problem {
  const { line, uid, language, metadata = {} } = given;
  const shape = shapeProblem(given);
  if (shape !== null) return shape;
  const judgement = judgeUid(environment, uid, { ...(language !== undefined && { language }), metadata });
  if (judgement.error !== undefined) return { line, ...judgement.error };
  if (judgement.simPrefix !== null) {
    const detail = "a simulated applicant plays this uid; create it by POST tokens, links are for people";
    return { line, code: "uid_simulated", detail };
  }
  const first = firstLines.get(uid);
  if (first !== undefined) return { line, code: "uid_duplicate", detail: `the same uid stands on line ${first}` };
  firstLines.set(uid, line);
  return { line, uid, language: judgement.language, metadata, warnings: judgement.warnings };
}

/** What the schema of items refuses, a file can still hold. */
function shapeProblem({ line, language, metadata = {} }: ListLine): Problem | null {
  if (language !== undefined && language.length > 20) {
    return { line, code: "language_invalid", detail: "language has more than 20 characters" };
  }
  const pairs = Object.entries(metadata);
  if (pairs.length > 20) return { line, code: "metadata_invalid", detail: "metadata takes at most 20 pairs" };
  const long = pairs.find(([name, value]) => name.length > 40 || value.length > 200);
  if (long === undefined) return null;
  const detail = `metadata.${long[0].slice(0, 40)}: names have up to 40, values up to 200 characters`;
  return { line, code: "metadata_invalid", detail };
}

function summary(lines: readonly GoodLine[]): readonly BatchWarning[] {
  const byCode = new Map<string, BatchWarning>();
  for (const { line, warnings } of lines) {
    for (const { code, detail } of warnings) {
      const known = byCode.get(code);
      byCode.set(code, known ? { ...known, count: known.count + 1 } : { code, count: 1, line, detail });
    }
  }
  return [...byCode.values()];
}
