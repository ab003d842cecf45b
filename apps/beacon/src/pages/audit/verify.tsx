import { useState, type ReactNode } from "react";

import { call } from "../../api/client.ts";
import type { AnswerOf, BodyOf } from "../../api/types.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { Copyable } from "../../kit/copy.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { TextField } from "../../kit/fields.tsx";
import { formatCount, formatNumber } from "../../kit/format.ts";
import { FailureNote, Note } from "../../kit/states.tsx";
import { useSend } from "../../kit/use-send.ts";

type Report = AnswerOf<"VERIFY_AUDIT">;
type Head = Report["head"];

/** `17:7c4f…`, as the check hands it out. */
const HEAD = /^\s*(\d{1,15})\s*:\s*([0-9a-f]{64})\s*$/;

export function VerifyChain({ onClose }: { readonly onClose: () => void }): ReactNode {
  const companyId = useCompanyId();
  const [kept, setKept] = useState("");
  const [report, setReport] = useState<Report | null>(null);
  const { isBusy, failure, submit } = useSend(async () => {
    setReport(null);
    const expect = readHead(kept);
    const body: BodyOf<"VERIFY_AUDIT"> = expect === null ? {} : { expect };
    setReport(await call("VERIFY_AUDIT", { params: { company_id: companyId }, body }));
  });
  const isHalf = kept.trim() !== "" && readHead(kept) === null;
  return (
    <Dialog title="Has anybody altered it?" isOpen onClose={onClose}>
      <p>Each entry carries a hash of all entries before it. The check calculates every hash anew.</p>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="A head you kept (optional)"
          hint="The number and hash of an earlier check: then a log that was rewritten as a whole is found too."
          autoComplete="off"
          spellCheck={false}
          value={kept}
          error={isHalf ? "This is no whole head: a number, a colon and 64 hexadecimal digits." : null}
          onChange={(event) => setKept(event.target.value)}
        />
        <div className="row">
          <Button type="submit" look="primary" isBusy={isBusy} disabled={isHalf}>
            Check the chain
          </Button>
        </div>
      </form>
      <FailureNote error={failure} />
      {report !== null && <Found report={report} wasCompared={readHead(kept) !== null} />}
    </Dialog>
  );
}

function Found({ report, wasCompared }: { readonly report: Report; readonly wasCompared: boolean }): ReactNode {
  const { ok, problem, verified, head, checkpoint, waiting, notices } = report;
  return (
    <Note tone={ok ? "good" : "bad"} title={ok ? "Nobody has altered it" : "Something is wrong"} isAlert>
      {problem !== null && (
        <p>
          {problem.text}
          {problem.seq !== null && ` (place ${formatNumber(problem.seq)} of the chain)`}
        </p>
      )}
      <p>
        {formatCount(verified, "entry", "entries")} calculated anew and found right
        {ok && wasCompared && ", and the head you kept lies on the way"}.
        {waiting > 0 && ` ${formatCount(waiting, "entry is", "entries are")} of the last second and not yet sealed.`}
        {checkpoint !== null &&
          ` The chain begins after place ${formatNumber(checkpoint.seq)}: older entries were removed by retention.`}
      </p>
      {notices.map((notice) => (
        <p key={notice}>{notice}</p>
      ))}
      <p className="soft">Keep this head outside of this system, and give it to a later check:</p>
      <Copyable text={`${head.seq}:${head.hash}`} what="Head" />
    </Note>
  );
}

function readHead(text: string): Head | null {
  const [, seq, hash] = HEAD.exec(text) ?? [];
  return seq === undefined || hash === undefined ? null : { seq: Number(seq), hash };
}
