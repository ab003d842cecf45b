import type { ReactNode } from "react";

import { Button } from "./button.tsx";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** Numbers stand at the end of the line. */
  readonly isNumber?: boolean;
  /** On narrow screens the row becomes a card; the first column is its head. */
  readonly isHiddenOnCards?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

interface TableProps<Row> {
  /** What the table holds, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Marks the row that a drawer beside shows. */
  readonly isSelected?: (row: Row) => boolean;
}

/** Dense rows on a wide screen, cards on a narrow one. Links and buttons inside the cells make it usable by keyboard. */
export function Table<Row>({ caption, columns, rows, rowKey, isSelected }: TableProps<Row>): ReactNode {
  return (
    // A region that scrolls sideways must take the focus, or the keyboard can not scroll it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard must be able to scroll it
    <div className="table-place" role="region" aria-label={caption} tabIndex={0}>
      <table className="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.isNumber === true ? "number-cell" : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className={isSelected?.(row) === true ? "selected" : undefined}>
              {columns.map((column) => (
                <td key={column.key} data-title={column.title} className={cellClass(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellClass<Row>({ isNumber, isHiddenOnCards }: Column<Row>): string {
  return [isNumber === true ? "number-cell" : "", isHiddenOnCards === true ? "no-card" : ""].join(" ").trim();
}

interface MoreProps {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}

/** The way to the next page of a list, under it. */
export function More({ of }: { readonly of: MoreProps }): ReactNode {
  if (!of.hasNextPage) return null;
  return (
    <div className="more">
      <Button isBusy={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}
