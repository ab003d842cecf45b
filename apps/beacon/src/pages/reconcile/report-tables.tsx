import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useCompanyId } from "../../frame/company.ts";
import { EnvironmentMark, StateMark } from "../../kit/badges.tsx";
import { Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import type { Line, Report } from "./findings.ts";
import styles from "./reconcile.module.css";

type Missed = Report["not_in_list"][number];
type Session = Line["sessions"][number];

const LINES: readonly Column<Line>[] = [
  { key: "line", title: "Line", isNumber: true, cell: (row) => row.line },
  { key: "uid", title: "Your uid", cell: (row) => <strong>{row.uid}</strong> },
  { key: "text", title: "Finding", cell: (row) => row.text },
  {
    key: "sessions",
    title: "Here",
    cell: (row) =>
      row.sessions.length === 0 ? (
        <span className="soft">–</span>
      ) : (
        <ul className={styles["sessions"]}>
          {row.sessions.map((session) => (
            <li key={session.session_id}>
              <Found of={session} />
            </li>
          ))}
        </ul>
      ),
  },
];

export function LineTable({ title, rows }: { readonly title: string; readonly rows: readonly Line[] }): ReactNode {
  return <Table caption={title} columns={LINES} rows={rows} rowKey={(row) => String(row.line)} />;
}

function Found({ of: { uid, session_id, place, state } }: { readonly of: Session }): ReactNode {
  return (
    <span className="row">
      <SessionLink uid={uid} sessionId={session_id} environmentId={place.environment_id} />
      {place.deployment}
      <EnvironmentMark environment={place.environment} />
      <StateMark state={state} />
    </span>
  );
}

function SessionLink(props: {
  readonly uid: string;
  readonly sessionId: string;
  readonly environmentId: string;
}): ReactNode {
  const companyId = useCompanyId();
  const { sessionId, environmentId, uid } = props;
  return (
    <Link to="/c/$companyId/results/$environmentId/$sessionId" params={{ companyId, environmentId, sessionId }}>
      {uid}
    </Link>
  );
}

const MISSED: readonly Column<Missed>[] = [
  {
    key: "uid",
    title: "Uid",
    cell: ({ uid, session_id, place }) => (
      <SessionLink uid={uid} sessionId={session_id} environmentId={place.environment_id} />
    ),
  },
  {
    key: "place",
    title: "Where",
    cell: ({ place }) => (
      <span className="row">
        {place.deployment}
        <EnvironmentMark environment={place.environment} />
      </span>
    ),
  },
  { key: "at", title: "Finished", cell: (row) => <Time at={row.finished_at} /> },
];

export function NotInListTable({ rows }: { readonly rows: readonly Missed[] }): ReactNode {
  return <Table caption="Not in your list" columns={MISSED} rows={rows} rowKey={(row) => row.session_id} />;
}
