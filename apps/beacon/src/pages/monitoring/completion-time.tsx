import type { ReactNode } from "react";

import { Figure } from "../../kit/charts/figure.tsx";
import { Histogram } from "../../kit/charts/histogram.tsx";
import { formatCount, formatSpan } from "../../kit/format.ts";
import { minutesLabel, percentOf, type Monitoring } from "./shape.ts";

export function CompletionTime({ completion }: { readonly completion: Monitoring["completion_time"] }): ReactNode {
  const { n, median_seconds: median, p90_seconds: p90, histogram } = completion;
  const words =
    median === null || p90 === null
      ? "From opening to the end, pauses included."
      : `From opening to the end, pauses included. Half needed at most ${formatSpan(median * 1000)}, nine of ten at most ${formatSpan(p90 * 1000)}.`;
  return (
    <Figure
      title="Completion time"
      name="completion-time"
      lead={words}
      columns={[
        { title: "From (s)", value: (bin) => bin.from },
        { title: "To, not included (s)", value: (bin) => bin.to },
        { title: "Sessions", value: (bin) => bin.count },
        { title: "Share (%)", value: (bin) => percentOf(bin.count, n) },
      ]}
      rows={histogram}
      n={formatCount(n, "completed session")}
      {...(n === 0 && { nothing: "No session has completed yet." })}
    >
      <Histogram
        axis="Minutes; the last two in days (d)"
        summary={`Completion times of ${formatCount(n, "session")}. ${words}`}
        columns={histogram.map((bin) => ({ label: minutesLabel(bin), count: bin.count }))}
      />
    </Figure>
  );
}
