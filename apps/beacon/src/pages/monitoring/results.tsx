import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useCompanyId } from "../../frame/company.ts";
import { ConfidenceMark } from "../../kit/badges.tsx";
import { BarList } from "../../kit/charts/bar-list.tsx";
import { DayLines } from "../../kit/charts/day-lines.tsx";
import { Figure } from "../../kit/charts/figure.tsx";
import { Histogram } from "../../kit/charts/histogram.tsx";
import { formatCount, formatWord } from "../../kit/format.ts";
import { HelpLink, Section } from "../../kit/page.tsx";
import styles from "./monitoring.module.css";
import { BandFigure, ScoreFigure } from "./scores.tsx";
import { countAndShare, percentOf, type Monitoring } from "./shape.ts";
import { TraitFigure } from "./traits.tsx";
import { flagSentence } from "./words.ts";

type Scores = Monitoring["scores"];

/** What the results of the range look like together. */
export function Results({ data }: { readonly data: Monitoring }): ReactNode {
  const { scores } = data;
  const all = scores.confidence.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) {
    return (
      <Section title="Results">
        <p className="soft">Nothing was scored in these days.</p>
      </Section>
    );
  }
  return (
    <Section
      title="Results"
      lead={`Scored in these days, whenever their sessions were created: ${formatCount(scores.n, "result")} with a score, ${String(scores.unscorable)} without.`}
    >
      <div className={`${styles["figures"] ?? ""} ${styles["pairs"] ?? ""}`}>
        <ScoreFigure data={data} />
        <BandFigure scores={scores} />
        <ConfidenceFigure scores={scores} all={all} environment={data.environment} />
        <TrustFigure scores={scores} all={all} />
      </div>
      <MedianFigure series={data.series} />
      <TraitFigure data={data} />
      <FlagFigure scores={scores} all={all} />
    </Section>
  );
}

interface PartProps {
  readonly scores: Scores;
  /** Results with and without a score. */
  readonly all: number;
}

function ConfidenceFigure({
  scores,
  all,
  environment,
}: PartProps & { readonly environment: "test" | "production" }): ReactNode {
  const companyId = useCompanyId();
  // What is to be reviewed, as Results lists it.
  const review = { env: environment, confidence: ["LOW"] } as const;
  return (
    <Figure
      title="Data confidence"
      name="data-confidence"
      lead={
        <>
          How far the data can be relied on, never whether the person is good. Low means that somebody reviews the case.{" "}
          <Link to="/c/$companyId/results" params={{ companyId }} search={review} className={styles["no-print"]}>
            Review them
          </Link>
        </>
      }
      columns={[
        { title: "Data confidence", value: ({ key }) => formatWord(key) },
        { title: "Results", value: ({ count }) => count },
        { title: "Share (%)", value: ({ count }) => percentOf(count, all) },
      ]}
      rows={scores.confidence}
      n={formatCount(all, "result")}
    >
      <BarList
        max={all}
        bars={scores.confidence.map(({ key, count }) => ({
          key,
          label: <ConfidenceMark confidence={key} />,
          value: count,
          text: countAndShare(count, all),
        }))}
      />
    </Figure>
  );
}

function TrustFigure({ scores, all }: PartProps): ReactNode {
  return (
    <Figure
      title="Trust score"
      name="trust-score"
      lead="The number behind data confidence, 0 to 100. With the shipped model: high from 70, medium from 50."
      columns={[
        { title: "From (trust score)", value: (bin) => bin.from },
        { title: "To, included", value: (bin) => bin.to },
        { title: "Results", value: (bin) => bin.count },
        { title: "Share (%)", value: (bin) => percentOf(bin.count, all) },
      ]}
      rows={scores.trust}
      n={formatCount(all, "result")}
    >
      <Histogram
        axis="Trust score"
        summary={`Trust scores of ${formatCount(all, "result")}, in tens.`}
        columns={scores.trust.map(({ from, to, count }) => ({ label: `${from}–${to}`, count }))}
      />
    </Figure>
  );
}

function MedianFigure({ series }: { readonly series: Monitoring["series"] }): ReactNode {
  return (
    <Figure
      title="Median score per day"
      name="median-score-per-day"
      lead="Of the results scored on the day. A day with few results jumps by chance."
      columns={[
        { title: "Day (UTC)", value: ({ day }) => day },
        { title: "Scored (results)", value: (day) => day.scored },
        { title: "Median score (1 to 99)", value: (day) => day.median_score },
      ]}
      rows={series}
      n={formatCount(series.length, "day")}
    >
      <DayLines
        days={series.map(({ day }) => day)}
        unit="score, 1 to 99"
        max={100}
        summary={`Median score of the results of each day over ${formatCount(series.length, "day")}.`}
        lines={[{ key: "median", title: "Median score", values: series.map((day) => day.median_score) }]}
      />
    </Figure>
  );
}

function FlagFigure({ scores, all }: PartProps): ReactNode {
  return (
    <Figure
      title="Flags"
      name="flags"
      lead={
        <>
          Named reasons for less confidence in the data; one result may have several.{" "}
          <HelpLink to="/docs/guides/results">All flags</HelpLink>
        </>
      }
      columns={[
        { title: "Flag", value: ({ key }) => key },
        { title: "In words", value: ({ key }) => flagSentence(key) },
        { title: "Results", value: ({ count }) => count },
        { title: "Share of all results (%)", value: ({ count }) => percentOf(count, all) },
      ]}
      rows={scores.flags}
      n={formatCount(all, "result")}
      {...(scores.flags.length === 0 && { nothing: "No result has a flag." })}
    >
      <BarList
        isStacked
        max={all}
        bars={scores.flags.map(({ key, count }) => ({
          key,
          label: flagSentence(key),
          value: count,
          text: countAndShare(count, all),
        }))}
      />
    </Figure>
  );
}
