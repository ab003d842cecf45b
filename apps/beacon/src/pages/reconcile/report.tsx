import type { Finding } from "@tallystick/contract";
import { useState, type ReactNode } from "react";

import { useDownload } from "../../api/use-download.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { formatCount, formatNumber } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { FailureNote, Note } from "../../kit/states.tsx";
import { countOf, FINDING_NAMES, FINDINGS, type Report, type Wish } from "./findings.ts";
import { LineTable, NotInListTable } from "./report-tables.tsx";
import styles from "./reconcile.module.css";

interface ReportProps {
  readonly report: Report;
  /** What was asked: the file is made of the same list. */
  readonly wish: Wish;
}

export function ReportView({ report, wish }: ReportProps): ReactNode {
  const companyId = useCompanyId();
  const { isBusy, failure, start } = useDownload();
  const found = FINDING_NAMES.filter((finding) => countOf(report, finding) > 0);
  const isAllMatched = found.every((finding) => finding === "matched") && !(report.summary.not_in_list ?? 0);
  return (
    <Section
      title="Report"
      lead={`${formatCount(report.summary.lines, "line")} compared.`}
      actions={
        <Button
          icon="download"
          isBusy={isBusy}
          onClick={() =>
            start(
              "RECONCILE",
              { params: { company_id: companyId }, body: { ...wish, format: "csv" } },
              "tallystick-reconcile.csv",
            )
          }
        >
          Download as CSV
        </Button>
      }
    >
      <FailureNote error={failure} />
      <Note
        tone={isAllMatched ? "good" : "note"}
        title={isAllMatched ? "Your list and our records agree" : "What was found"}
        isAlert
      >
        <Summary report={report} found={found} />
      </Note>
      {found.map((finding) => (
        <Group key={finding} report={report} finding={finding} />
      ))}
      <NotInList report={report} />
    </Section>
  );
}

function Summary({ report, found }: { readonly report: Report; readonly found: readonly Finding[] }): ReactNode {
  const notInList = report.summary.not_in_list;
  return (
    <ul className={styles["summary"]}>
      {found.map((finding) => (
        <li key={finding}>
          <strong className="number">{formatNumber(countOf(report, finding))}</strong> {FINDINGS[finding].title}
        </li>
      ))}
      {notInList !== null && (
        <li>
          <strong className="number">{formatNumber(notInList)}</strong> Finished here and not in your list
        </li>
      )}
    </ul>
  );
}

/** So many lines at a time: the page stays quick with fifty thousand. */
const STEP = 100;

function Group({ report, finding }: { readonly report: Report; readonly finding: Finding }): ReactNode {
  const [shown, setShown] = useState(STEP);
  const { title, advice } = FINDINGS[finding];
  const lines = report.lines.filter((line) => line.finding === finding);
  return (
    <details className={styles["group"]} open={finding !== "matched"}>
      <summary>
        <h3>
          {title}: {formatNumber(countOf(report, finding))}
        </h3>
      </summary>
      <div className="stack">
        <p className="soft">{advice}</p>
        {lines.length > 0 && <LineTable title={title} rows={lines.slice(0, shown)} />}
        {lines.length > shown && <ShowMore left={lines.length - shown} onMore={() => setShown(shown + 10 * STEP)} />}
      </div>
    </details>
  );
}

function NotInList({ report }: { readonly report: Report }): ReactNode {
  const [shown, setShown] = useState(STEP);
  const { not_in_list: rows, not_in_list_complete: isWhole, summary } = report;
  if (!summary.not_in_list) return null;
  return (
    <details className={styles["group"]} open>
      <summary>
        <h3>Finished here and not in your list: {formatNumber(summary.not_in_list)}</h3>
      </summary>
      <div className="stack">
        <p className="soft">
          Results you were sent and did not keep, newest first.
          {!isWhole && " There are more: ask for a shorter time to see them all."}
        </p>
        <NotInListTable rows={rows.slice(0, shown)} />
        {rows.length > shown && <ShowMore left={rows.length - shown} onMore={() => setShown(shown + 10 * STEP)} />}
      </div>
    </details>
  );
}

function ShowMore({ left, onMore }: { readonly left: number; readonly onMore: () => void }): ReactNode {
  return (
    <div className="more">
      <Button onClick={onMore}>Show more ({formatNumber(left)} left)</Button>
    </div>
  );
}
