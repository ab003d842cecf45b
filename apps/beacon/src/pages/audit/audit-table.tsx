import type { ReactNode } from "react";

import type { AnswerOf } from "../../api/types.ts";
import { Actor } from "../../frame/actor.tsx";
import { formatWord } from "../../kit/format.ts";
import { Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import type { AuditSearch } from "./search.ts";
import { actionWords, factsOf } from "./words.ts";
import styles from "./audit.module.css";

type Entry = AnswerOf<"LIST_AUDIT">["items"][number];

/** More than so many lines of details open on a press. */
const SHORT = 4;

const SEAL: Column<Entry> = {
  key: "seal",
  title: "Place in the chain",
  isNumber: true,
  isHiddenOnCards: true,
  cell: (entry) =>
    entry.chain_seq === null ? (
      <span className="soft">In a second</span>
    ) : (
      <span title={entry.chain_hash ?? ""}>{entry.chain_seq}</span>
    ),
};

export function AuditTable({
  items,
  onSet,
}: {
  readonly items: readonly Entry[];
  readonly onSet: (change: AuditSearch) => void;
}): ReactNode {
  const columns: readonly Column<Entry>[] = [
    { key: "at", title: "When", cell: (entry) => <Time at={entry.at} /> },
    { key: "actor", title: "Who", cell: (entry) => <Who entry={entry} onSet={onSet} /> },
    {
      key: "action",
      title: "What",
      cell: (entry) => <span title={entry.action}>{actionWords(entry.action)}</span>,
    },
    { key: "target", title: "To what", cell: (entry) => <Target entry={entry} onSet={onSet} /> },
    { key: "details", title: "Details", cell: (entry) => <Details of={entry.details} /> },
    SEAL,
  ];
  return <Table caption="Audit log" columns={columns} rows={items} rowKey={(entry) => entry.audit_id} />;
}

interface CellProps {
  readonly entry: Entry;
  readonly onSet: (change: AuditSearch) => void;
}

function Who({ entry, onSet }: CellProps): ReactNode {
  return (
    <div>
      <button
        type="button"
        className={styles["pick"]}
        title={`Only ${entry.actor}`}
        onClick={() => onSet({ actor: entry.actor })}
      >
        <Actor id={entry.actor} name={entry.actor_name} />
      </button>
      {entry.origin !== null && <div className="soft">from {entry.origin}</div>}
    </div>
  );
}

function Target({ entry, onSet }: CellProps): ReactNode {
  const { target_type, target_id } = entry;
  return (
    <div>
      {formatWord(target_type)}
      <div>
        <button
          type="button"
          className={`${styles["pick"] ?? ""} mono`}
          title={`Only ${target_id}`}
          onClick={() => onSet({ target_type, target_id })}
        >
          {target_id}
        </button>
      </div>
    </div>
  );
}

function Details({ of }: { readonly of: Entry["details"] }): ReactNode {
  const facts = factsOf(of);
  if (facts.length === 0) return <span className="soft">–</span>;
  const lines = (
    <ul className={styles["facts"]}>
      {facts.map(({ name, value }) => (
        <li key={name}>
          <span className="soft">{name}:</span> {value}
        </li>
      ))}
    </ul>
  );
  if (facts.length <= SHORT) return lines;
  return (
    <details>
      <summary>{facts.length} details</summary>
      {lines}
    </details>
  );
}
