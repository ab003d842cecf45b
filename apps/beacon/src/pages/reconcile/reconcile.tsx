import { useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";

import { call } from "../../api/client.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { formatCount } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { FailureNote } from "../../kit/states.tsx";
import { countUids, type Report, type Wish } from "./findings.ts";
import { ListField, type List } from "./list-field.tsx";
import { NO_OPTIONS, Options, rangeOf, type Wishes } from "./options.tsx";
import { ReportView } from "./report.tsx";

interface Done {
  readonly wish: Wish;
  readonly report: Report;
}

export function Reconcile(): ReactNode {
  const [list, setList] = useState<List>({ text: "", fileName: null });
  const [options, setOptions] = useState<Wishes>(NO_OPTIONS);
  const { isBusy, failure, done, start, stop } = useComparison();
  const lines = countUids(list.text);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { integrationId, isMatchedWished } = options;
    start({
      csv: list.text,
      ...(integrationId !== "" && { integration_id: integrationId }),
      ...rangeOf(options),
      include_matched: isMatchedWished,
    });
  };
  return (
    <>
      <Section
        title="Your list"
        lead="It goes to this server for the comparison and is not stored. That a list was compared stands in the audit log, without its uids."
      >
        <form className="stack" onSubmit={submit}>
          <ListField list={list} onList={setList} />
          <Options options={options} onOptions={setOptions} />
          <FailureNote error={failure} />
          <div className="row">
            <Button type="submit" look="primary" isBusy={isBusy} disabled={lines === 0}>
              Compare
            </Button>
            {isBusy && <Button onClick={stop}>Cancel</Button>}
            <span className="soft" role="status">
              {isBusy ? `Comparing ${formatCount(lines, "line")} …` : lines > 0 && formatCount(lines, "line")}
            </span>
          </div>
        </form>
      </Section>
      {done !== null && <ReportView report={done.report} wish={done.wish} />}
    </>
  );
}

/** One comparison at a time; leaving the page ends it. */
function useComparison() {
  const companyId = useCompanyId();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [done, setDone] = useState<Done | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const run = async (wish: Wish, { signal }: AbortController): Promise<void> => {
    try {
      const report = await call("RECONCILE", { params: { company_id: companyId }, body: wish, signal });
      setDone({ wish, report });
    } catch (error) {
      if (!signal.aborted) setFailure(error);
    } finally {
      // Another one may have begun since.
      if (running.current?.signal === signal) setBusy(false);
    }
  };
  const start = (wish: Wish): void => {
    running.current?.abort();
    running.current = new AbortController();
    setBusy(true);
    setFailure(null);
    setDone(null);
    void run(wish, running.current);
  };
  return { isBusy, failure, done, start, stop: () => running.current?.abort() };
}
