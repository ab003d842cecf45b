import type { EventType } from "@tallystick/contract";
import { useState, type ReactNode } from "react";

import { hasCode, type ApiError } from "../../../api/api-error.ts";
import { useAct } from "../../../api/queries.ts";
import type { AnswerOf } from "../../../api/types.ts";
import { Badge, type BadgeTone } from "../../../kit/badges.tsx";
import { Button } from "../../../kit/button.tsx";
import { CodeBlock } from "../../../kit/copy.tsx";
import { SelectField, type Choice } from "../../../kit/fields.tsx";
import { formatSpan } from "../../../kit/format.ts";
import { Facts, Section } from "../../../kit/page.tsx";
import { FailureNote, Note } from "../../../kit/states.tsx";
import { Time } from "../../../kit/time.tsx";
import { useSend } from "../../../kit/use-send.ts";
import { useSideParams, type Side } from "../use-deployment.ts";

type Outcome = AnswerOf<"TEST_WEBHOOK_AS_PERSON">;

/** The first is the go-live check's own; the others are examples of what else can come. */
const EVENTS = [
  { value: "test", label: "The test event: a score, uid TEST-WEBHOOK-00000" },
  { value: "psychometric_score.complete", label: "Example: psychometric_score.complete" },
  { value: "application.complete", label: "Example: application.complete" },
  { value: "application.expired", label: "Example: application.expired" },
  { value: "application.incomplete", label: "Example: application.incomplete" },
  { value: "application.cancelled", label: "Example: application.cancelled" },
] as const satisfies readonly Choice<EventType | "test">[];

interface TrialProps {
  readonly side: Side;
  readonly saved: string;
  readonly draft: string | null;
}

/** A real, signed event sent now and once, and what the receiver said to it. */
export function Trial({ side, saved, draft }: TrialProps): ReactNode {
  const params = useSideParams(side);
  const [event, setEvent] = useState<EventType | "test">("test");
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const test = useAct("TEST_WEBHOOK_AS_PERSON", ["GET_GO_LIVE"]);
  const sample = useAct("SAMPLE_WEBHOOK_AS_PERSON");
  const typed = (draft ?? saved).trim();
  const isDraft = typed !== "" && typed !== saved;
  const { isBusy, failure, submit } = useSend(async () => {
    setOutcome(null);
    const to = isDraft ? { url: typed } : {};
    setOutcome(
      event === "test"
        ? await test.mutateAsync({ params, body: to })
        : await sample.mutateAsync({ params, body: { type: event, ...to } }),
    );
  });
  const refusal = hasCode(failure, "setting_invalid") ? (failure as ApiError).detail : null;
  return (
    <Section title="Try it out" lead="Sends one real, signed event now, also while the webhook is off.">
      <form className="stack" onSubmit={submit}>
        <SelectField label="Event" value={event} choices={EVENTS} onPick={setEvent} />
        {isDraft && <p className="soft">It goes to the address typed above, which is not saved yet.</p>}
        {typed === "" && <p className="soft">Type the address of your receiver first.</p>}
        <div className="actions">
          <Button type="submit" icon="webhooks" isBusy={isBusy} disabled={typed === ""}>
            Send it now
          </Button>
        </div>
      </form>
      {refusal !== null && (
        <Note tone="bad" title="This address can not be used" isAlert>
          <p>{refusal}</p>
        </Note>
      )}
      {refusal === null && <FailureNote error={failure} />}
      {isBusy && <p role="status">Waiting for the receiver, at most 15 s.</p>}
      {outcome !== null && <TrialOutcome outcome={outcome} />}
    </Section>
  );
}

const OUTCOMES: Readonly<Record<Outcome["outcome"], readonly [words: string, tone: BadgeTone]>> = {
  accepted: ["Accepted", "good"],
  refused: ["Not accepted", "bad"],
  no_answer: ["No answer", "bad"],
  unreachable: ["Not reached", "bad"],
};

function TrialOutcome({ outcome }: { readonly outcome: Outcome }): ReactNode {
  const { status, answer_body: body, answer_headers: headers, mend } = outcome;
  const [words, tone] = OUTCOMES[outcome.outcome];
  return (
    <div className="stack" role="status">
      <Note tone={outcome.outcome === "accepted" ? "good" : "bad"} title={outcome.reason}>
        {mend !== null && <p>{mend}</p>}
        {outcome.draft && <p>This was a trial of an address that is not saved. Save it to use it.</p>}
      </Note>
      <Facts
        of={[
          [
            "Outcome",
            <Badge key="outcome" tone={tone}>
              {words}
            </Badge>,
          ],
          ["Receiver", outcome.host],
          ["Answer", status === null ? "none" : `${String(status)} after ${formatSpan(outcome.duration_ms)}`],
          ["Sent", <Time key="at" at={outcome.at} />],
          ["webhook-id", <code key="id">{outcome.event_id}</code>],
        ]}
      />
      {body !== null && body !== "" && (
        <>
          <h3>What it answered{outcome.cut_off && " (it broke off)"}</h3>
          <CodeBlock what="Body of the answer" text={body} />
        </>
      )}
      {headers !== null && (
        <details>
          <summary>Headers of the answer</summary>
          <CodeBlock what="Headers of the answer" text={headerLines(headers)} />
        </details>
      )}
      <details>
        <summary>What was sent</summary>
        <CodeBlock what="Headers that were sent" text={headerLines(outcome.sent_headers)} />
        <CodeBlock what="Body that was sent" text={outcome.sent_body} />
      </details>
    </div>
  );
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}
