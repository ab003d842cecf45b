import type { ReactNode } from "react";

import { RiskBandMark } from "../../kit/badges.tsx";
import { BarList } from "../../kit/charts/bar-list.tsx";
import { Figure } from "../../kit/charts/figure.tsx";
import { Histogram } from "../../kit/charts/histogram.tsx";
import { formatCount, formatWord } from "../../kit/format.ts";
import { countAndShare, expectedShare, percentOf, type Monitoring } from "./shape.ts";

const STEPS = { VERY_LOW: 1, LOW: 2, MEDIUM: 3, HIGH: 4, VERY_HIGH: 5 } as const;

export function ScoreFigure({ data }: { readonly data: Monitoring }): ReactNode {
  const { scores } = data;
  const rows = scores.bins.map((bin) => ({ ...bin, expected: expectedShare(data.drift, "score", bin) }));
  const median = scores.median === null ? "" : ` Half have ${String(scores.median)} or less.`;
  return (
    <Figure
      title="Scores"
      name="scores"
      lead={`Percentile of risk in the reference population: lower is lower risk, relative, never pass or fail.${median}`}
      columns={[
        { title: "From (score)", value: (bin) => bin.from },
        { title: "To, included", value: (bin) => bin.to },
        { title: "Results", value: (bin) => bin.count },
        { title: "Share (%)", value: (bin) => percentOf(bin.count, scores.n) },
        {
          title: "Expected by the norm (%)",
          value: (bin) => (bin.expected === null ? null : percentOf(bin.expected, 1)),
        },
      ]}
      rows={rows}
      n={formatCount(scores.n, "result with a score", "results with a score")}
      {...(scores.n === 0 && { nothing: "No result has a score." })}
    >
      <Histogram
        axis="Score, lower is lower risk"
        summary={`Scores of ${formatCount(scores.n, "result")}, in tens.${median}`}
        columns={rows.map(({ from, to, count, expected: share }) => ({
          label: `${from}–${to}`,
          count,
          ...(share !== null && { expected: share * scores.n }),
        }))}
      />
    </Figure>
  );
}

export function BandFigure({ scores }: { readonly scores: Monitoring["scores"] }): ReactNode {
  return (
    <Figure
      title="Risk bands"
      name="risk-bands"
      lead="By the cut-offs that each environment had when it was scored."
      columns={[
        { title: "Risk band", value: ({ key }) => formatWord(key) },
        { title: "Results", value: ({ count }) => count },
        { title: "Share (%)", value: ({ count }) => percentOf(count, scores.n) },
      ]}
      rows={scores.bands}
      n={formatCount(scores.n, "result with a score", "results with a score")}
      {...(scores.n === 0 && { nothing: "No result has a score." })}
    >
      <BarList
        max={scores.n}
        bars={scores.bands.map(({ key, count }) => ({
          key,
          label: <RiskBandMark band={key} />,
          value: count,
          text: countAndShare(count, scores.n),
          step: STEPS[key],
        }))}
      />
    </Figure>
  );
}
