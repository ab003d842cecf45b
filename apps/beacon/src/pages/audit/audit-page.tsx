import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { readPages } from "../../api/queries.ts";
import { useCompanyId, useIsAdmin } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { HelpLink, Page } from "../../kit/page.tsx";
import { Empty, ForAdmins, Loaded } from "../../kit/states.tsx";
import { More } from "../../kit/table.tsx";
import { AuditFilters } from "./filters.tsx";
import { AuditTable } from "./audit-table.tsx";
import type { AuditSearch } from "./search.ts";
import { VerifyChain } from "./verify.tsx";

const route = getRouteApi("/c/$companyId/audit");

/** Who did what and when, and the proof that nobody altered it. */
export function AuditPage(): ReactNode {
  const isAdmin = useIsAdmin();
  const [isChecking, setChecking] = useState(false);
  return (
    <Page
      title="Audit log"
      actions={isAdmin && <Button onClick={() => setChecking(true)}>Check that nobody altered it</Button>}
      lead={
        <>
          Every change, every reading of a result or a key, newest first. Nobody can alter it unseen.{" "}
          <HelpLink to="/docs/guides/data-protection">Data protection</HelpLink>
        </>
      }
    >
      {isAdmin ? <Log /> : <ForAdmins />}
      {isChecking && <VerifyChain onClose={() => setChecking(false)} />}
    </Page>
  );
}

function Log(): ReactNode {
  const companyId = useCompanyId();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const log = useInfiniteQuery(readPages("LIST_AUDIT", { params: { company_id: companyId }, query: { ...search } }));
  const set = (change: AuditSearch): void => void navigate({ search: (before) => ({ ...before, ...change }) });
  return (
    <>
      <AuditFilters search={search} onSet={set} />
      <Loaded of={log} what="the audit log" rows={8}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <Empty title="No entry fits">
                <p>Take a filter away, or widen the time.</p>
              </Empty>
            );
          }
          return <AuditTable items={items} onSet={set} />;
        }}
      </Loaded>
      <More of={log} />
    </>
  );
}
