import { createContext, use, useId, useState, type ReactNode } from "react";

import { keep } from "../../api/download.ts";
import { Button } from "../button.tsx";
import { formatNumber } from "../format.ts";
import { Table } from "../table.tsx";
import { Time } from "../time.tsx";
import styles from "./charts.module.css";
import { toCsv, type ChartColumn } from "./csv.ts";

interface Scope {
  /** Epoch seconds: how new the numbers are. */
  readonly asOf: number;
  /** Begins the name of every file, so that one knows later what it was of: `production-2026-10-01-2026-10-30`. */
  readonly fileName: string;
}

const ScopeContext = createContext<Scope | null>(null);

/** What all charts of a page share. */
export function ChartScope({ of, children }: { readonly of: Scope; readonly children: ReactNode }): ReactNode {
  return <ScopeContext value={of}>{children}</ScopeContext>;
}

interface FigureProps<Row> {
  readonly title: string;
  /** One sentence: what is counted, and of whom. */
  readonly lead?: ReactNode;
  /** Ends the name of its file. */
  readonly name: string;
  readonly columns: readonly ChartColumn<Row>[];
  readonly rows: readonly Row[];
  /** How many it stands on, in words: `329 scored results`. */
  readonly n?: string;
  /** In place of the drawing, where there is nothing to draw. */
  readonly nothing?: ReactNode;
  readonly children: ReactNode;
}

/** A drawing with its title, the table behind it one press away, and the same numbers as a file. */
export function Figure<Row>({ title, lead, name, columns, rows, n, nothing, children }: FigureProps<Row>): ReactNode {
  const scope = use(ScopeContext);
  const id = useId();
  const [isTable, setTable] = useState(false);
  const isEmpty = nothing !== undefined;
  const save = (): void => {
    const asOf = new Date((scope?.asOf ?? 0) * 1000).toISOString();
    const all = scope === null ? columns : [...columns, { title: "As of (UTC)", value: () => asOf }];
    const file = new Blob([toCsv(all, rows)], { type: "text/csv;charset=utf-8" });
    keep(file, `${scope === null ? "" : `${scope.fileName}-`}${name}.csv`);
  };
  return (
    <figure className={styles["figure"]} aria-labelledby={id}>
      <figcaption className={styles["caption"]}>
        <h3 id={id}>{title}</h3>
        {!isEmpty && <Tools title={title} isTable={isTable} onTable={() => setTable(!isTable)} onSave={save} />}
        {lead !== undefined && <p className="soft">{lead}</p>}
      </figcaption>
      {isEmpty ? (
        <p className={styles["nothing"]}>{nothing}</p>
      ) : isTable ? (
        <Behind {...{ title, columns, rows }} />
      ) : (
        children
      )}
      {!isEmpty && (
        <p className={styles["foot"]}>
          {n !== undefined && <span>{n}</span>}
          {scope !== null && (
            <span>
              As of <Time at={scope.asOf} />
            </span>
          )}
        </p>
      )}
    </figure>
  );
}

interface ToolsProps {
  readonly title: string;
  readonly isTable: boolean;
  readonly onTable: () => void;
  readonly onSave: () => void;
}

function Tools({ title, isTable, onTable, onSave }: ToolsProps): ReactNode {
  return (
    <div className={styles["tools"]}>
      <Button look="quiet" aria-label={`Table: ${title}`} aria-pressed={isTable} onClick={onTable}>
        Table
      </Button>
      <Button look="quiet" icon="download" aria-label={`CSV: ${title}`} onClick={onSave}>
        CSV
      </Button>
    </div>
  );
}

interface BehindProps<Row> {
  readonly title: string;
  readonly columns: readonly ChartColumn<Row>[];
  readonly rows: readonly Row[];
}

/** The rows have no names of their own: their place in the list is what they are known by. */
function Behind<Row>({ title, columns, rows }: BehindProps<Row>): ReactNode {
  const first = rows[0];
  return (
    <div className={styles["table"]}>
      <Table
        caption={`${title}, as a table`}
        columns={columns.map((column) => ({
          key: column.title,
          title: column.title,
          isNumber: first !== undefined && rows.some((row) => typeof column.value(row) === "number"),
          cell: ({ row }: { readonly row: Row }) => shown(column.value(row)),
        }))}
        rows={rows.map((row, place) => ({ row, place }))}
        rowKey={({ place }) => String(place)}
      />
    </div>
  );
}

function shown(value: string | number | null): ReactNode {
  if (value === null) return <span className="soft">–</span>;
  return typeof value === "number" ? formatNumber(value) : value;
}
