import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { AnswerOf } from "../../api/types.ts";
import { Badge, ConfidenceMark, RiskBandMark } from "../../kit/badges.tsx";
import { Copyable } from "../../kit/copy.tsx";
import { formatNumber, formatWord } from "../../kit/format.ts";
import { Facts, Section } from "../../kit/page.tsx";
import { Note } from "../../kit/states.tsx";
import { Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { useResultParams, type Detail } from "./result-params.ts";

type Beside = AnswerOf<"GET_RESULT_AS_PERSON">["beside"][number];

/** For whoever must answer for it: identity, versions, hashes, other results of the same inputs. */
export function FactsTab({ of }: { readonly of: Detail }): ReactNode {
  return (
    <>
      <div className="columns">
        <SessionFacts of={of} />
        {of.result !== null && <ResultFacts result={of.result} />}
      </div>
      <Integrity of={of} />
      <Section
        title="Calculated again"
        lead="Other results of the same session. None of them counts; the announced one does."
      >
        {of.beside.length === 0 ? (
          <p>None. An operator can score again with another model version.</p>
        ) : (
          <Table caption="Other results" columns={BESIDE} rows={of.beside} rowKey={(row) => row.result_id} />
        )}
      </Section>
    </>
  );
}

function SessionFacts({ of: { session, place, batch } }: { readonly of: Detail }): ReactNode {
  const { company_id: companyId, environment_id: environmentId } = useResultParams();
  const metadata = Object.entries(session.metadata);
  return (
    <Section title="Session">
      <Facts
        of={[
          ["uid", <Copyable key="uid" text={session.uid} what="uid" />],
          ["Session", <Copyable key="session" text={session.session_id} what="session id" />],
          ...(place.integration_id === null
            ? []
            : [["Integration ID", <Copyable key="int" text={place.integration_id} what="Integration ID" />] as const]),
          ["Run", formatNumber(session.run)],
          ["Language", session.language ?? "–"],
          ["Created", <Time key="created" at={session.created_at} />],
          ["Opened", <Time key="opened" at={session.opened_at} />],
          ["Agreed", <Time key="agreed" at={session.consented_at} />],
          ["Last activity", <Time key="last" at={session.last_activity_at} />],
          ["Ended", <Time key="ended" at={session.ended_at} />],
          ["Time runs out", <Time key="expires" at={session.expires_at} />],
          ...(session.reasons.length === 0
            ? []
            : [["Reasons of the end", session.reasons.map(formatWord).join(", ")] as const]),
          ...(batch === null
            ? []
            : [
                [
                  "Batch of links",
                  <Link
                    key="batch"
                    to="/c/$companyId/links/$environmentId/$batchId"
                    params={{ companyId, environmentId, batchId: batch.batch_id }}
                  >
                    {batch.name}
                  </Link>,
                ] as const,
              ]),
          ...metadata.map(([name, value]) => [`Your ${name}`, value] as const),
        ]}
      />
    </Section>
  );
}

function ResultFacts({ result }: { readonly result: NonNullable<Detail["result"]> }): ReactNode {
  const { model } = result;
  return (
    <Section title="What it was made with">
      <Facts
        of={[
          ["Scored", <Time key="scored" at={result.scored_at} />],
          ["Result", <Copyable key="result" text={result.result_id} what="result id" />],
          ["Model", `${model.title ?? model.version} (${model.version}${model.preview ? ", preview" : ""})`],
          ["Model's hash", <Copyable key="model" text={model.hash} what="hash of the model" />],
          ["Battery", `${result.battery.title ?? result.battery.version} (${result.battery.version})`],
          ["Calibrated", result.calibrated ? "On your own outcomes" : "No"],
          ["Norms", formatWord(result.norms)],
          ["Hash of the inputs", <Copyable key="inputs" text={result.inputs_hash} what="hash of the inputs" />],
          ["Hash of the result", <Copyable key="calculated" text={result.calculated_hash} what="hash of the result" />],
        ]}
      />
    </Section>
  );
}

function Integrity({ of: { integrity } }: { readonly of: Detail }): ReactNode {
  if (integrity === null) return null;
  const isGood = integrity.verdict === "verified";
  return (
    <Section
      title="Integrity"
      lead="For admins: whether the server's replay agrees with what the applicant's page saw."
    >
      {isGood ? (
        <Badge tone="good">Verified</Badge>
      ) : (
        <Note tone="warn" title="The replay differs from what the page saw">
          <p>
            {integrity.tasks === null ? "The inputs are no longer kept." : `In: ${integrity.tasks.join(", ")}.`} A fault
            of the page or a changed page; tell whoever runs Tallystick. It says nothing about the person.
          </p>
        </Note>
      )}
      {integrity.inputs_as_stored === false && <Note tone="bad">A stored batch of inputs no longer has its hash.</Note>}
    </Section>
  );
}

const BESIDE: readonly Column<Beside>[] = [
  { key: "at", title: "Scored", cell: ({ scored_at }) => <Time at={scored_at} /> },
  {
    key: "origin",
    title: "Why",
    cell: ({ origin }) => (origin === "finish" ? "Announced earlier" : "Calculated again"),
  },
  { key: "model", title: "Model", cell: ({ model_version }) => model_version },
  { key: "score", title: "Score", isNumber: true, cell: ({ score }) => score ?? "–" },
  { key: "band", title: "Risk band", cell: ({ risk_band }) => <RiskBandMark band={risk_band} /> },
  { key: "confidence", title: "Data confidence", cell: ({ confidence }) => <ConfidenceMark confidence={confidence} /> },
];
