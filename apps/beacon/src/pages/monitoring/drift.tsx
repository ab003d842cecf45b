import type { ReactNode } from "react";

import { Badge } from "../../kit/badges.tsx";
import { BarList } from "../../kit/charts/bar-list.tsx";
import { Figure } from "../../kit/charts/figure.tsx";
import { formatCount, formatNumber } from "../../kit/format.ts";
import { HelpLink, Section } from "../../kit/page.tsx";
import { Note } from "../../kit/states.tsx";
import type { Monitoring } from "./shape.ts";
import { traitName } from "./words.ts";

type DriftBlock = Monitoring["drift"];
type Model = DriftBlock["models"][number];
type Measure = Model["measures"][number];

/** A whole bar: well above where the reading says "look". */
const WHOLE = 0.5;

const READINGS = {
  stable: { tone: "good", word: "Stable" },
  watch: { tone: "note", word: "Watch" },
  look: { tone: "warn", word: "Look into it" },
} as const;

/** How far the results have moved from the population the model was made with. */
export function Drift({ drift }: { readonly drift: DriftBlock }): ReactNode {
  return (
    <Section
      title="Drift"
      lead="Population stability index of the score and of each trait against the model's norm: 0 is no difference."
    >
      {drift.models.length === 0 && (
        <p className="soft">
          No result of these days can be compared with a norm. It needs {String(drift.minimum)} of a model version.
        </p>
      )}
      {drift.models.map((model) => (
        <ModelFigure key={model.model_version} model={model} minimum={drift.minimum} />
      ))}
      <LeftOut leftOut={drift.left_out} />
      <Note>
        <p>{drift.caution}</p>
        <p>
          Reading: {drift.source} <HelpLink to="/docs/model-card">Who the norms are</HelpLink>
        </p>
      </Note>
    </Section>
  );
}

function ModelFigure({ model, minimum }: { readonly model: Model; readonly minimum: number }): ReactNode {
  const shown = model.measures.filter(({ psi }) => psi !== null);
  return (
    <Figure
      title={`Model ${model.model_version}`}
      name={`drift-${model.model_version}`}
      lead={model.norms === "local" ? "Against your own norms." : "Against provisional norms: not people of yours."}
      columns={[
        { title: "Measure", value: ({ key }) => traitName(key) },
        { title: "Compared (results)", value: ({ n }) => n },
        { title: "Index (PSI, no unit)", value: ({ psi }) => psi },
        { title: "Reading", value: ({ reading }) => (reading === null ? null : READINGS[reading].word) },
        { title: "By chance alone (PSI)", value: (measure) => measure.by_chance },
        { title: "p-value (0 to 1)", value: (measure) => measure.p_value },
      ]}
      rows={model.measures}
      n={formatCount(model.n, "result compared", "results compared")}
      {...(shown.length === 0 && {
        nothing: `Not shown below ${String(minimum)} results: ${formatCount(model.n, "result")} so far. With fewer, chance alone would look like a change.`,
      })}
    >
      <BarList
        max={WHOLE}
        bars={model.measures.map((measure) => ({
          key: measure.key,
          label: traitName(measure.key),
          value: measure.psi ?? 0,
          text: measure.psi === null ? `below ${String(minimum)} results` : formatNumber(measure.psi, 3),
          hint: <Reading measure={measure} />,
        }))}
      />
    </Figure>
  );
}

function Reading({ measure: { reading, by_chance, p_value } }: { readonly measure: Measure }): ReactNode {
  if (reading === null) return null;
  const { tone, word } = READINGS[reading];
  return (
    <>
      <Badge tone={tone}>{word}</Badge>
      {by_chance !== null && ` chance alone gives about ${formatNumber(by_chance, 3)}`}
      {p_value !== null && ` · p ${p_value < 0.001 ? "below 0.001" : formatNumber(p_value, 3)}`}
    </>
  );
}

const REASONS = [
  ["simulated", "played by the sandbox"],
  ["unscorable", "without a score"],
  ["low_stakes", "of pilots with low stakes"],
  ["low_confidence", "with low data confidence"],
  ["later_runs", "of re-opened sessions"],
] as const;

function LeftOut({ leftOut }: { readonly leftOut: DriftBlock["left_out"] }): ReactNode {
  const parts = REASONS.filter(([key]) => leftOut[key] > 0).map(
    ([key, words]) => `${formatNumber(leftOut[key])} ${words}`,
  );
  if (parts.length === 0) return null;
  return <p className="soft">Not compared: {parts.join(", ")}.</p>;
}
