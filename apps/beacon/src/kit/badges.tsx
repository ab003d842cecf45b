import type { ReactNode } from "react";

import { formatWord } from "./format.ts";

export type BadgeTone = "plain" | "note" | "good" | "warn" | "bad" | "test" | "production";

export function Badge({
  tone = "plain",
  children,
}: {
  readonly tone?: BadgeTone;
  readonly children: ReactNode;
}): ReactNode {
  return <span className={`badge ${tone}`}>{children}</span>;
}

const BANDS = ["VERY_LOW", "LOW", "MEDIUM", "HIGH", "VERY_HIGH"] as const;

/** Five steps, filled up to the band: readable without colour. Lower is better, and relative to the reference population. */
export function RiskBandMark({ band }: { readonly band: string | null }): ReactNode {
  const step = BANDS.findIndex((one) => one === band);
  if (step === -1) return <span className="soft">{band === "NOT_RATED" ? "Not rated" : "–"}</span>;
  return (
    <span className="band">
      <span className="band-steps" aria-hidden="true">
        {BANDS.map((one, index) => (
          <span key={one} className={index <= step ? `on step-${step + 1}` : ""} />
        ))}
      </span>
      {formatWord(BANDS[step] ?? "")}
    </span>
  );
}

/** How far the data can be relied on. Low means "review": it is never a word on the person. */
export function ConfidenceMark({ confidence }: { readonly confidence: string | null }): ReactNode {
  if (confidence === null) return <span className="soft">–</span>;
  const isLow = confidence === "LOW";
  return (
    <Badge tone={isLow ? "warn" : "plain"}>
      {formatWord(confidence)}
      {isLow && ": review"}
    </Badge>
  );
}

const STATE_TONES: Partial<Record<string, BadgeTone>> = {
  completed: "good",
  in_progress: "note",
  opened: "note",
  delivered: "good",
  dead: "bad",
  held: "warn",
  pending: "note",
  failed: "bad",
};

/** A state of a session, delivery, batch or job by its stable code. */
export function StateMark({ state }: { readonly state: string }): ReactNode {
  return <Badge tone={STATE_TONES[state] ?? "plain"}>{formatWord(state)}</Badge>;
}

export function EnvironmentMark({ environment }: { readonly environment: string }): ReactNode {
  return <Badge tone={environment === "test" ? "test" : "production"}>{formatWord(environment)}</Badge>;
}
