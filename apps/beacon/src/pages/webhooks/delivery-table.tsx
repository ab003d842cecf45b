import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useCompanyId } from "../../frame/company.ts";
import { StateMark } from "../../kit/badges.tsx";
import { Table, type Column } from "../../kit/table.tsx";
import { Due, Time } from "../../kit/time.tsx";
import styles from "./webhooks.module.css";
import { STATE_WORDS, type Delivery } from "./words.ts";

const COLUMNS: readonly Column<Delivery>[] = [
  {
    key: "uid",
    title: "Uid",
    cell: (row) =>
      row.uid === null ? <span className="soft">Erased</span> : <span className={styles["uid"]}>{row.uid}</span>,
  },
  {
    key: "state",
    title: "State",
    cell: (row) => (
      <span title={STATE_WORDS[row.state]}>
        <StateMark state={row.state} />
      </span>
    ),
  },
  { key: "attempts", title: "Attempts", isNumber: true, cell: (row) => row.attempts },
  {
    key: "last",
    title: "Answer",
    cell: (row) => row.last_status ?? (row.last_error === null ? <span className="soft">–</span> : "None"),
  },
  {
    key: "next",
    title: "Next",
    cell: (row) => <Due at={row.next_attempt_at} />,
  },
  { key: "written", title: "Written", cell: (row) => <Time at={row.created_at} /> },
];

export function DeliveryTable({
  rows,
  shownId,
}: {
  readonly rows: readonly Delivery[];
  readonly shownId: string | undefined;
}): ReactNode {
  const companyId = useCompanyId();
  const event: Column<Delivery> = {
    key: "event",
    title: "Event",
    cell: (row) => (
      <Link
        from="/c/$companyId/webhooks"
        to="/c/$companyId/webhooks"
        params={{ companyId }}
        search={(before) => ({ ...before, delivery: row.delivery_id })}
        hash
      >
        {row.type}
      </Link>
    ),
  };
  return (
    <Table
      caption="Deliveries"
      columns={[event, ...COLUMNS]}
      rows={rows}
      rowKey={(row) => row.delivery_id}
      isSelected={(row) => row.delivery_id === shownId}
    />
  );
}
