import type { ReconcileLine, ReconcileReport } from "@tallystick/contract";

import { csvLine } from "../../infra/csv.ts";

const HEAD = [
  "line",
  "uid",
  "finding",
  "text",
  "found_uid",
  "deployment",
  "environment",
  "state",
  "session_id",
  "finished_at",
] as const;

/** The report as CSV: a line for each finding, then what is not in the list, whose line number is empty. */
export function reportCsv(report: ReconcileReport): string {
  const parts = [csvLine(HEAD), ...report.lines.map(findingLine), ...report.not_in_list.map(notInListLine)];
  if (!report.not_in_list_complete) {
    parts.push(
      csvLine([
        null,
        null,
        "not_in_list",
        "There are more; ask for a shorter range",
        null,
        null,
        null,
        null,
        null,
        null,
      ]),
    );
  }
  return parts.join("");
}

function findingLine({ line, uid, finding, text, sessions }: ReconcileLine): string {
  const [first] = sessions;
  return csvLine([
    line,
    uid,
    finding,
    text,
    first?.uid ?? null,
    first?.place.deployment ?? null,
    first?.place.environment ?? null,
    first?.state ?? null,
    first?.session_id ?? null,
    null,
  ]);
}

function notInListLine(row: ReconcileReport["not_in_list"][number]): string {
  const { uid, place, session_id, finished_at } = row;
  const at = new Date(finished_at * 1000).toISOString();
  const text = "Finished here and not in the list";
  return csvLine([
    null,
    uid,
    "not_in_list",
    text,
    uid,
    place.deployment,
    place.environment,
    "completed",
    session_id,
    at,
  ]);
}
