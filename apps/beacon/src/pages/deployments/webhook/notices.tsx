import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { readPages } from "../../../api/queries.ts";
import type { AnswerOf } from "../../../api/types.ts";
import { useCompanyId } from "../../../frame/company.ts";
import { Section } from "../../../kit/page.tsx";
import { Loaded } from "../../../kit/states.tsx";
import { More, Table, type Column } from "../../../kit/table.tsx";
import { Time } from "../../../kit/time.tsx";
import type { Side } from "../use-deployment.ts";

type Notice = AnswerOf<"LIST_ENDPOINT_NOTICES">["items"][number];

const WORDS: Readonly<Record<Notice["kind"], string>> = {
  failing: "Nothing was accepted for a day",
  disabling_soon: "Nothing was accepted for four days; it will be switched off after five",
  disabled: "Switched off after five days without an accepted event",
  gone: "Switched off: the receiver answered 410",
  recovered: "It works again",
};

const COLUMNS: readonly Column<Notice>[] = [
  { key: "what", title: "Notice", cell: ({ kind }) => WORDS[kind] },
  { key: "host", title: "Receiver", cell: ({ host }) => host ?? <span className="soft">none</span> },
  { key: "since", title: "Failing since", cell: ({ failing_since: since }) => <Time at={since} /> },
  { key: "at", title: "When", cell: ({ at }) => <Time at={at} /> },
];

/** Each was also sent to the company's admins by mail. */
export function Notices({ side }: { readonly side: Side }): ReactNode {
  const params = { company_id: useCompanyId() };
  const pages = useInfiniteQuery(
    readPages("LIST_ENDPOINT_NOTICES", { params, query: { environment_id: side.environment_id } }),
  );
  return (
    <Section title="Notices" lead="What admins were told about this webhook, here and by mail.">
      <Loaded of={pages} what="notices" rows={2}>
        {(data) => {
          const items = data.pages.flatMap((page) => page.items);
          if (items.length === 0)
            return <p className="soft">None. You hear of it after a day of nothing but failures.</p>;
          return (
            <>
              <Table caption="List of notices" columns={COLUMNS} rows={items} rowKey={(row) => row.notice_id} />
              <More of={pages} />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}
