import type { DemoResult } from "./play.ts";

const COLUMNS: readonly { readonly title: string; readonly value: (result: DemoResult) => string }[] = [
  { title: "uid", value: (result) => result.uid },
  { title: "played by", value: (result) => result.person },
  { title: "score", value: (result) => String(result.score ?? "–") },
  { title: "risk", value: (result) => result.risk_band ?? "–" },
  { title: "data confidence", value: (result) => result.score_confidence ?? "–" },
  { title: "webhook after", value: (result) => (result.latency_ms === null ? "–" : `${result.latency_ms} ms`) },
  { title: "verified", value: (result) => (result.verified ? "yes" : `NO: ${result.problem ?? "unknown"}`) },
];

/** A plain text table, one line a result. */
export function formatTable(results: readonly DemoResult[]): string {
  const rows = [
    COLUMNS.map((column) => column.title),
    ...results.map((result) => COLUMNS.map((column) => column.value(result))),
  ];
  const widths = COLUMNS.map((_, index) => Math.max(...rows.map((row) => (row[index] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
