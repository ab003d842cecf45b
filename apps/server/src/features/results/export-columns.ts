import type { PersonResultItem, ResultColumn } from "@tallystick/contract";

import type { XlsxCell, XlsxRow } from "../../infra/xlsx.ts";
import { traitWords } from "./trait-words.ts";

/** What an export says of a session: columns with their heads, units included. */

type Read = (item: PersonResultItem) => XlsxCell;

const at = (seconds: number | null): Date | null => (seconds === null ? null : new Date(seconds * 1000));
const joined = (texts: readonly string[], separator: string): string | null =>
  texts.length === 0 ? null : texts.join(separator);

/** All but traits, which are a column each. Data confidence says of the data how far it can be trusted, never of a person. */
const COLUMNS: Readonly<Record<Exclude<ResultColumn, "traits">, readonly [head: string, read: Read]>> = {
  uid: ["uid", (item) => item.uid],
  session_id: ["session id", (item) => item.session_id],
  deployment: ["deployment", (item) => item.deployment],
  environment: ["environment", (item) => item.environment],
  batch: ["batch of links", (item) => item.batch?.name ?? null],
  state: ["state", (item) => item.state],
  outcome: ["outcome", (item) => item.outcome],
  reasons_of_end: ["reasons of its end", (item) => joined(item.reasons, "; ")],
  run: ["run (1 is the first)", (item) => item.run],
  simulated: ["simulated", (item) => item.simulated],
  created_at: ["created (UTC)", (item) => at(item.created_at)],
  opened_at: ["opened (UTC)", (item) => at(item.opened_at)],
  ended_at: ["ended (UTC)", (item) => at(item.ended_at)],
  duration_s: ["duration (s)", (item) => item.duration_s],
  score: ["score (percentile of risk 1 to 99, lower is better)", (item) => item.score],
  risk_band: ["risk band", (item) => item.risk_band],
  confidence: ["data confidence (how reliable the data is)", (item) => item.confidence],
  trust_score: ["trust score (0 to 100, behind data confidence)", (item) => item.trust_score],
  needs_review: ["review by a person (never an automatic decline)", (item) => item.needs_review],
  flags: ["flags", (item) => joined(item.flags, "; ")],
  reasons: ["reasons", (item) => joined(item.result?.calculated?.reasons.map(({ text }) => text) ?? [], " ")],
  calibrated: ["calibrated on outcomes", (item) => item.result?.calculated?.calibrated ?? null],
  norms: ["norms", (item) => item.result?.calculated?.norms ?? null],
  model_version: ["model", (item) => item.result?.model_version ?? null],
  battery_version: ["battery", (item) => item.result?.battery_version ?? null],
  scored_at: ["scored (UTC)", (item) => at(item.result?.scored_at ?? null)],
  webhook: ["newest webhook", webhookText],
  metadata: ["metadata", (item) => (Object.keys(item.metadata).length === 0 ? null : JSON.stringify(item.metadata))],
};

function webhookText({ last_event: event }: PersonResultItem): string | null {
  return event === null ? null : `${event.type}: ${event.delivery?.state ?? "no URL was set"}`;
}

export interface ExportTable {
  readonly head: readonly string[];
  row(item: PersonResultItem): XlsxRow;
}

/** `traits`: their keys, in the order of the columns they get where traits are asked for. */
export function exportTable(columns: readonly ResultColumn[], traits: readonly string[]): ExportTable {
  const parts = columns.flatMap((column) =>
    column === "traits" ? traits.map((key) => traitColumn(key)) : [COLUMNS[column]],
  );
  return { head: parts.map(([head]) => head), row: (item) => parts.map(([, read]) => read(item)) };
}

function traitColumn(key: string): readonly [head: string, read: Read] {
  const read: Read = (item) => item.result?.calculated?.traits.find((trait) => trait.key === key)?.value ?? null;
  return [`${traitWords(key).title} (sten 1 to 10)`, read];
}
