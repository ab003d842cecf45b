import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { AnswerOf } from "../../api/types.ts";
import { useCompanyId } from "../../frame/company.ts";
import { hashOfUid } from "../../frame/hash.ts";
import { Badge, EnvironmentMark, StateMark } from "../../kit/badges.tsx";
import { formatWord } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { Empty, Note } from "../../kit/states.tsx";
import { Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { TimeLine } from "./time-line.tsx";

type TraceAnswer = AnswerOf<"TRACE_UID">;
type Session = TraceAnswer["sessions"][number];
type Near = TraceAnswer["near_duplicates"][number];

export function Found({ uid, trace }: { readonly uid: string; readonly trace: TraceAnswer }): ReactNode {
  const { sessions, items, near_duplicates: near, truncated } = trace;
  return (
    <>
      {sessions.length === 0 && (
        <Empty title={`No session has the uid ${uid}`}>
          <p>
            {near.length > 0
              ? "But others are easily mistaken for it; they stand below."
              : "It was never sent to this company, in any deployment or environment. Look at your own log of the call that creates sessions."}
          </p>
        </Empty>
      )}
      {near.length > 0 && <NearOnes near={near} />}
      {sessions.length > 0 && (
        <Section title={sessions.length === 1 ? "Session" : "Sessions"}>
          <Table caption="Sessions of the uid" columns={SESSIONS} rows={sessions} rowKey={(row) => row.session_id} />
        </Section>
      )}
      {items.length > 0 && (
        <Section title="Time line" lead="Oldest first, from stored facts alone: what is not stored is not told.">
          <TimeLine items={items} isOnePlace={sessions.length === 1} />
          {truncated && (
            <Note tone="warn" title="More was stored than is shown">
              <p>The newest is left out. The result itself and the webhook log have the rest.</p>
            </Note>
          )}
        </Section>
      )}
    </>
  );
}

const SESSIONS: readonly Column<Session>[] = [
  { key: "session", title: "Session", cell: (row) => <SessionName of={row} /> },
  { key: "place", title: "Where", cell: ({ place }) => <Place of={place} /> },
  {
    key: "state",
    title: "State",
    cell: (row) => (
      <span className="row">
        <StateMark state={row.state} />
        {row.outcome !== null && formatWord(row.outcome)}
        {row.simulated && <Badge tone="note">Simulated</Badge>}
      </span>
    ),
  },
  { key: "run", title: "Run", isNumber: true, cell: (row) => row.run },
  { key: "created", title: "Created", cell: (row) => <Time at={row.created_at} /> },
  { key: "ended", title: "Ended", cell: (row) => <Time at={row.erased_at ?? row.ended_at} /> },
];

function SessionName({ of: { session_id: sessionId, place, erased_at } }: { readonly of: Session }): ReactNode {
  const companyId = useCompanyId();
  if (erased_at !== null) return <code>{sessionId}</code>;
  return (
    <Link
      to="/c/$companyId/results/$environmentId/$sessionId"
      params={{ companyId, environmentId: place.environment_id, sessionId }}
    >
      <code>{sessionId}</code>
    </Link>
  );
}

function Place({ of: place }: { readonly of: Session["place"] }): ReactNode {
  return (
    <span className="row">
      {place.deployment}
      <EnvironmentMark environment={place.environment} />
      {place.archived && <Badge>Archived</Badge>}
    </span>
  );
}

const RELATIONS: Readonly<Record<Near["relation"], string>> = {
  same_form: "Differs in case, _ or -, or leading zeros",
  one_token: "One has one separated part more",
};

const NEAR: readonly Column<Near>[] = [
  { key: "uid", title: "Uid", cell: (row) => <NearUid of={row} /> },
  { key: "relation", title: "How", cell: (row) => RELATIONS[row.relation] },
  { key: "place", title: "Where", cell: ({ place }) => <Place of={place} /> },
  { key: "state", title: "State", cell: (row) => <StateMark state={row.state} /> },
  { key: "created", title: "Created", cell: (row) => <Time at={row.created_at} /> },
];

function NearUid({ of: { uid } }: { readonly of: Near }): ReactNode {
  const companyId = useCompanyId();
  return (
    <Link to="/c/$companyId/trace" params={{ companyId }} hash={hashOfUid(uid)}>
      {uid}
    </Link>
  );
}

function NearOnes({ near }: { readonly near: readonly Near[] }): ReactNode {
  return (
    <Section title="Easily mistaken for it" lead="Make sure that the one you look at is the one you mean.">
      <Table
        caption="Uids that are easily mistaken for it"
        columns={NEAR}
        rows={near}
        rowKey={(row) => row.session_id}
      />
    </Section>
  );
}
