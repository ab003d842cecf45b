import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { readPages } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Badge } from "../../kit/badges.tsx";
import { Section } from "../../kit/page.tsx";
import { Loaded } from "../../kit/states.tsx";
import { More, Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { NOTICE_WORDS, type Notice } from "./words.ts";

const COLUMNS: readonly Column<Notice>[] = [
  { key: "at", title: "When", cell: (row) => <Time at={row.at} /> },
  {
    key: "kind",
    title: "What",
    cell: (row) => <Badge tone={row.kind === "recovered" ? "good" : "warn"}>{NOTICE_WORDS[row.kind]}</Badge>,
  },
  { key: "host", title: "Endpoint", cell: (row) => row.host ?? <span className="soft">–</span> },
  { key: "since", title: "Failing since", cell: (row) => <Time at={row.failing_since} /> },
];

export function Notices({ environmentId }: { readonly environmentId: string }): ReactNode {
  const companyId = useCompanyId();
  const notices = useInfiniteQuery(
    readPages("LIST_ENDPOINT_NOTICES", {
      params: { company_id: companyId },
      query: { environment_id: environmentId },
    }),
  );
  return (
    <Section title="Notices" lead="What the admins were told by mail about the endpoint of this environment.">
      <Loaded of={notices} what="the notices" rows={2}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          if (rows.length === 0) return <p className="soft">None: the endpoint never failed for a whole day.</p>;
          return <Table caption="Notices" columns={COLUMNS} rows={rows} rowKey={(row) => row.notice_id} />;
        }}
      </Loaded>
      <More of={notices} />
    </Section>
  );
}
