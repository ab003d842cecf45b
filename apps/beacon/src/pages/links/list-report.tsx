import type { ReactNode } from "react";

import type { AnswerOf } from "../../api/types.ts";
import { Badge, StateMark, type BadgeTone } from "../../kit/badges.tsx";
import { formatCount, formatNumber } from "../../kit/format.ts";
import { Facts } from "../../kit/page.tsx";
import { Note } from "../../kit/states.tsx";
import { Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";

type Report = AnswerOf<"CHECK_LINK_LIST">;
type Line = Report["lines"][number];

const VERDICTS: Readonly<Record<Line["verdict"], readonly [word: string, tone: BadgeTone]>> = {
  ok: ["Good", "good"],
  notice: ["Look at it", "warn"],
  refused: ["Can not be used", "bad"],
};

/** Line by line, before anything is made: what is wrong, how to mend it, what is easily mistaken. */
export function ListReport({ report }: { readonly report: Report }): ReactNode {
  const { link } = report;
  const shown = report.lines.filter((line) => line.verdict !== "ok");
  const isSms = link.segments === 1 ? "fits one SMS" : `takes ${formatNumber(link.segments)} SMS for each person`;
  return (
    <div className="stack">
      <Facts
        of={[
          ["Links asked for", formatNumber(report.requested)],
          ["Good", formatNumber(report.ok + report.notice)],
          ["Of them to look at", formatNumber(report.notice)],
          ["Can not be used", formatNumber(report.refused)],
          ["Wait until", <Time key="until" at={report.valid_until} />],
          ["As an SMS", `${formatCount(link.characters, "character")} for the link; the template ${isSms}`],
        ]}
      />
      {report.by_code.map(({ code, refuses, count, line, detail, mend }) => (
        <Note key={code} tone={refuses ? "bad" : "warn"} title={`${formatCount(count, "line")}: ${detail}`}>
          <p>
            {mend} {line > 0 && `First on line ${formatNumber(line)}.`}
          </p>
        </Note>
      ))}
      {shown.length > 0 && (
        <Table caption="Lines to look at" columns={COLUMNS} rows={shown} rowKey={(line) => String(line.line)} />
      )}
      {report.left_off > 0 && (
        <p className="soft">{formatCount(report.left_off, "line")} more are counted above and not listed.</p>
      )}
    </div>
  );
}

const COLUMNS: readonly Column<Line>[] = [
  { key: "line", title: "Line", isNumber: true, cell: ({ line }) => formatNumber(line) },
  { key: "uid", title: "uid", cell: ({ uid }) => <code>{uid}</code> },
  {
    key: "verdict",
    title: "Finding",
    cell: ({ verdict }) => <Badge tone={VERDICTS[verdict][1]}>{VERDICTS[verdict][0]}</Badge>,
  },
  { key: "why", title: "Why, and how to mend it", cell: (line) => <Why line={line} /> },
];

/** The server's words begin small where they follow a uid, and end open. `uid` stays as it is written. */
function sentenceOf(words: string): string {
  const begun = words.startsWith("uid") ? words : words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function Why({ line }: { readonly line: Line }): ReactNode {
  return (
    <div className="stack">
      {line.detail !== null && (
        <p>
          {sentenceOf(line.detail)} {line.mend}
        </p>
      )}
      {line.used !== null && (
        <p>
          The session there: <StateMark state={line.used.state} />
          {line.used.reopenable && " It ended without a result and can be opened again instead."}
        </p>
      )}
      {line.notices.map(({ code, detail }) => (
        <p key={code}>{sentenceOf(detail)}</p>
      ))}
      {line.near.map((near) => (
        <p key={`${near.uid} ${near.line ?? ""}`}>
          Easily mistaken for <code>{near.uid}</code>
          {near.line !== null && ` on line ${formatNumber(near.line)}`}
          {near.state !== null && (
            <>
              {" "}
              <StateMark state={near.state} />
            </>
          )}
        </p>
      ))}
    </div>
  );
}
