import type { ReactNode } from "react";

import { RiskBandMark } from "../../kit/badges.tsx";
import { formatNumber } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { Table, type Column } from "../../kit/table.tsx";
import type { Detail } from "./result-params.ts";
import styles from "./results.module.css";

type Trait = NonNullable<Detail["result"]>["traits"][number];

/** Stens 1 to 10, each in the direction of its own name, with the band of its uncertainty. */
export function Traits({ traits }: { readonly traits: readonly Trait[] }): ReactNode {
  return (
    <Section
      title="Traits"
      lead="Values from 1 to 10 (stens) beside the reference population: 5 and 6 are the middle, 10 is much of what the name says. Measured again, 80 of 100 times the value would lie within the band."
    >
      <Table caption="Values of the traits" columns={COLUMNS} rows={traits} rowKey={(trait) => trait.key} />
    </Section>
  );
}

const COLUMNS: readonly Column<Trait>[] = [
  {
    key: "trait",
    title: "Trait",
    cell: ({ title, words }) => (
      <div>
        <strong>{title}</strong>
        <p className="soft">{words}</p>
      </div>
    ),
  },
  { key: "value", title: "Value (1–10)", isNumber: true, cell: ({ value }) => value },
  { key: "line", title: "With its 80 % band", cell: (trait) => <Banded trait={trait} /> },
  {
    key: "means",
    title: "Means",
    cell: ({ value, high, low }) => (value >= 7 ? high : value <= 4 ? low : "About the middle"),
  },
  { key: "risk", title: "For the risk", cell: ({ risk_band }) => <RiskBandMark band={risk_band} /> },
];

function Banded({ trait }: { readonly trait: Trait }): ReactNode {
  const { band } = trait;
  return (
    <>
      <Sten trait={trait} />
      {band !== null && (
        <p className="soft number">
          {formatNumber(band.low, 1)} to {formatNumber(band.high, 1)}
        </p>
      )}
    </>
  );
}

/** Ten places; the band lies behind the mark. */
function Sten({ trait }: { readonly trait: Trait }): ReactNode {
  const { band, value, title } = trait;
  const place = (sten: number): number => (sten - 0.5) * 16;
  const words = band === null ? "" : `, 80 % band ${formatNumber(band.low, 1)} to ${formatNumber(band.high, 1)}`;
  return (
    <svg className={styles["sten"]} viewBox="0 0 160 20" role="img" aria-label={`${title}: ${value} of 10${words}`}>
      <rect x="0" y="8" width="160" height="4" rx="2" className={styles["scale-line"]} />
      {band !== null && (
        <rect
          x={place(band.low)}
          y="5"
          width={Math.max(place(band.high) - place(band.low), 2)}
          height="10"
          rx="3"
          className={styles["scale-band"]}
        />
      )}
      <circle cx={place(value)} cy="10" r="5" className={styles["scale-mark"]} />
    </svg>
  );
}
