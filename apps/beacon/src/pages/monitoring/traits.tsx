import type { ReactNode } from "react";

import { Figure } from "../../kit/charts/figure.tsx";
import { Histogram } from "../../kit/charts/histogram.tsx";
import { formatCount } from "../../kit/format.ts";
import styles from "./monitoring.module.css";
import { expectedShare, percentOf, type Monitoring } from "./shape.ts";
import { traitName } from "./words.ts";

interface Sten {
  readonly trait: string;
  readonly n: number;
  readonly sten: number;
  readonly count: number;
  /** Share, 0 to 1; null where the norm says nothing. */
  readonly expected: number | null;
}

/** One small drawing a trait, one table of all. */
export function TraitFigure({ data }: { readonly data: Monitoring }): ReactNode {
  const traits = data.scores.traits.map(({ key, n, stens }) => ({ key, n, stens: stensOf(data, key, stens) }));
  return (
    <Figure
      title="Traits"
      name="traits"
      lead="Stens, 1 to 10, each in the direction of its name: 10 is much of it, 5 and 6 are the middle. A trait that does not enter the score is here only where its environment sends all."
      columns={[
        { title: "Trait", value: ({ trait }) => traitName(trait) },
        { title: "Sten (1 to 10)", value: ({ sten }) => sten },
        { title: "Results", value: ({ count }) => count },
        { title: "Share (%)", value: ({ count, n }) => percentOf(count, n) },
        {
          title: "Expected by the norm (%, mean of two stens)",
          value: ({ expected }) => (expected === null ? null : percentOf(expected, 1)),
        },
      ]}
      rows={traits.flatMap(({ stens }) => stens)}
      {...(traits.length === 0 && { nothing: "No result has traits." })}
    >
      <ul className={styles["traits"]}>
        {traits.map(({ key, n, stens }) => (
          <li key={key}>
            <h4>
              {traitName(key)} <span className="soft">{formatCount(n, "result")}</span>
            </h4>
            <Histogram
              axis="Sten"
              expectedWords="expected by the norm, mean of two stens"
              summary={`${traitName(key)}: stens 1 to 10 of ${formatCount(n, "result")}.`}
              columns={stens.map(({ sten, count, expected }) => ({
                label: String(sten),
                count,
                ...(expected !== null && { expected: expected * n }),
              }))}
            />
          </li>
        ))}
      </ul>
    </Figure>
  );
}

function stensOf({ drift }: Monitoring, trait: string, counts: readonly number[]): readonly Sten[] {
  const n = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, place) => {
    const sten = place + 1;
    return { trait, n, sten, count, expected: expectedShare(drift, trait, { from: sten, to: sten }) };
  });
}
