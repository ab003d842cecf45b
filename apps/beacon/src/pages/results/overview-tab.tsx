import type { ReactNode } from "react";

import { ConfidenceMark, RiskBandMark } from "../../kit/badges.tsx";
import { formatNumber, formatShare } from "../../kit/format.ts";
import { Facts, HelpLink, Section } from "../../kit/page.tsx";
import { Note } from "../../kit/states.tsx";
import { flagName } from "./flag-names.ts";
import { NoScore } from "./no-score.tsx";
import type { Detail } from "./result-params.ts";
import { Scale } from "./scale.tsx";
import { Traits } from "./traits.tsx";

type Result = NonNullable<Detail["result"]>;

/** Score and data confidence beside each other, what to do with the two, and what they are made of. */
export function OverviewTab({ of }: { readonly of: Detail }): ReactNode {
  const { result } = of;
  if (result === null) return <NoScore of={of} />;
  if (result.score === null) {
    return (
      <>
        <NoScore of={of} />
        <FlagsSection result={result} />
      </>
    );
  }
  return (
    <>
      <div className="columns">
        <ScoreSection result={result} score={result.score} />
        <ConfidenceSection result={result} />
      </div>
      <Advice result={result} />
      <Traits traits={result.traits} />
      <div className="columns">
        <ReasonsSection result={result} />
        <FlagsSection result={result} />
      </div>
    </>
  );
}

function ScoreSection({ result, score }: { readonly result: Result; readonly score: number }): ReactNode {
  const { score_band: band } = result;
  return (
    <Section title="Score" lead="Percentile of risk in the reference population, 0 to 100. Lower is better.">
      <div className="row">
        <Figure value={score} of="of 100" />
        <RiskBandMark band={result.risk_band} />
      </div>
      <Scale value={score} band={band} label="The score on its scale, lower is better" />
      <p className="soft">
        {band !== null &&
          `Measured again, the same person would get ${formatNumber(band.low)} to ${formatNumber(band.high)} in 80 of 100 cases. `}
        {result.calibrated
          ? "Calibrated on your own outcomes."
          : "Not calibrated yet: no outcomes of your own stand behind it."}{" "}
        {result.norms === "provisional" && "The norms are provisional."}
      </p>
    </Section>
  );
}

function Figure({ value, of }: { readonly value: number; readonly of: string }): ReactNode {
  return (
    <p className="figure">
      <strong className="number">{value}</strong> <span className="soft">{of}</span>
    </p>
  );
}

function ConfidenceSection({ result }: { readonly result: Result }): ReactNode {
  return (
    <Section title="Data confidence" lead="How far the data can be relied on. It says nothing about the person.">
      <div className="row">
        <Figure value={result.trust_score} of="of 100" />
        <ConfidenceMark confidence={result.confidence} />
      </div>
      <Scale value={result.trust_score} band={null} label="Trust in the data, higher is better" />
      <p className="soft">
        <HelpLink to="/docs/guides/results">What lowers it</HelpLink>
      </p>
    </Section>
  );
}

/** The two by two: what the score suggests, and whether the data bear it. */
function Advice({ result }: { readonly result: Result }): ReactNode {
  const isLowRisk = result.risk_band === "VERY_LOW" || result.risk_band === "LOW";
  if (result.needs_review) {
    return (
      <Note tone="warn" title="Review before you decide">
        <p>
          The data confidence is low, so the score{" "}
          {isLowRisk ? "is not yet a reason to approve" : "is no reason to decline"}. Let a person look at it: read the
          flags below, ask for other papers, or let the applicant play once more under a new uid. Never decline
          automatically.
        </p>
      </Note>
    );
  }
  const strength = result.confidence === "HIGH" ? "The data are good" : "The data are sufficient";
  return (
    <Note title={isLowRisk ? "Lower risk, and the data bear it" : "Use it as one sign among others"}>
      <p>
        {strength}.{" "}
        {isLowRisk
          ? "Your policy may weigh this in favour, beside what else you know."
          : "Weigh it beside what else you know; the reasons below are in words that an applicant may be shown."}
      </p>
    </Note>
  );
}

function ReasonsSection({ result }: { readonly result: Result }): ReactNode {
  return (
    <Section title="What raised the risk most" lead="In words that you may show to the applicant.">
      {result.reasons.length === 0 ? (
        <p>No trait raised the risk in particular.</p>
      ) : (
        <ol className="list">
          {result.reasons.map(({ key, text }) => (
            <li key={key}>{text}</li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function FlagsSection({ result }: { readonly result: Result }): ReactNode {
  return (
    <Section title="Flags" lead="What lowered the data confidence, or is worth knowing.">
      {result.flags.length === 0 ? (
        <p>Nothing stood out.</p>
      ) : (
        <Facts
          of={result.flags.map(({ key, text, cost, share }) => [
            flagName(key),
            <span key={key}>
              {text}{" "}
              <span className="soft">
                {cost > 0 && `Took ${formatShare(cost, 0)} of the trust. `}
                {share !== undefined && `Seen in ${formatShare(Number(share), 0)} of the cases.`}
              </span>
            </span>,
          ])}
        />
      )}
    </Section>
  );
}
