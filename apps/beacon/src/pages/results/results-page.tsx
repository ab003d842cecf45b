import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { read, readPages } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { useCompanyId, useIsAdmin } from "../../frame/company.ts";
import { useEnvironmentMark } from "../../frame/environment.ts";
import { useUidOfAddress } from "../../frame/hash.ts";
import { Button } from "../../kit/button.tsx";
import { formatCount, formatDateTime, formatNumber } from "../../kit/format.ts";
import { HelpLink, Page } from "../../kit/page.tsx";
import { PickMany } from "../../kit/pick-many.tsx";
import { Empty, Loaded } from "../../kit/states.tsx";
import { Table } from "../../kit/table.tsx";
import { ExportDialog } from "./export-dialog.tsx";
import { filterOf, isNarrowed, type Filter } from "./filter.ts";
import { Filters } from "./filters.tsx";
import { chosenColumns, columnsOf, LIST_COLUMNS } from "./result-columns.tsx";
import type { ResultsSearch } from "./search.ts";
import { Views } from "./views.tsx";

const route = getRouteApi("/c/$companyId/results");

/** Sessions and their results over all deployments of the company, newest first. */
export function ResultsPage(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [uid, setUid] = useUidOfAddress();
  const environment = search.env ?? "production";
  useEnvironmentMark(environment);
  const change = (next: Partial<ResultsSearch>): void => {
    void navigate({ search: (before) => ({ ...before, ...next }), hash: true });
  };
  const filter = filterOf(search, uid);
  return (
    <Page
      title="Results"
      lead={
        <>
          Lower is better: the score is a percentile of risk, relative to the reference population, never pass or fail.{" "}
          <HelpLink to="/docs/guides/results">How to read a result</HelpLink>
        </>
      }
      actions={<Tools search={search} filter={filter} onChange={change} />}
    >
      <nav className="tabs" aria-label="Environment">
        {(["production", "test"] as const).map((env) => (
          <Link
            key={env}
            from="/c/$companyId/results"
            to="."
            search={(before) => ({ ...before, env, deployment: before.deployment })}
            hash={true}
            aria-current={env === environment ? "page" : undefined}
          >
            {env === "test" ? "Test" : "Production"}
          </Link>
        ))}
      </nav>
      <Filters
        search={search}
        uid={uid}
        onChange={change}
        onUid={setUid}
        onClear={() => void navigate({ search: { env: search.env, columns: search.columns } })}
      />
      <List filter={filter} columns={chosenColumns(search.columns)} isNarrowed={isNarrowed(search, uid)} />
    </Page>
  );
}

interface ToolsProps {
  readonly search: ResultsSearch;
  readonly filter: Filter;
  readonly onChange: (next: Partial<ResultsSearch>) => void;
}

function Tools({ search, filter, onChange }: ToolsProps): ReactNode {
  const isAdmin = useIsAdmin();
  const [isExporting, setExporting] = useState(false);
  return (
    <>
      <Views search={search} />
      <PickMany
        label="Columns"
        choices={LIST_COLUMNS.map(({ key, title }) => ({ value: key, label: title }))}
        chosen={chosenColumns(search.columns)}
        onChange={(columns) => onChange({ columns: columns.join(",") })}
      />
      {isAdmin && (
        <Button icon="download" onClick={() => setExporting(true)}>
          Export
        </Button>
      )}
      {isExporting && <ExportDialog filter={filter} onClose={() => setExporting(false)} />}
    </>
  );
}

interface ListProps {
  readonly filter: Filter;
  readonly columns: readonly string[];
  readonly isNarrowed: boolean;
}

function List({ filter, columns, isNarrowed: isFiltered }: ListProps): ReactNode {
  const companyId = useCompanyId();
  const params = { company_id: companyId };
  const results = useInfiniteQuery(readPages("SEARCH_RESULTS_AS_PERSON", { params, body: { ...filter, limit: 50 } }));
  return (
    <Loaded of={results} what="the results" rows={8}>
      {({ pages }) => {
        const rows = pages.flatMap(({ items }) => items);
        const last = pages.at(-1);
        return (
          <div className="stack" aria-busy={results.isPlaceholderData || undefined}>
            <Count filter={filter} />
            {rows.length > 0 && (
              <Table
                caption="Results"
                columns={columnsOf(companyId, columns)}
                rows={rows}
                rowKey={(row) => row.session_id}
              />
            )}
            {rows.length === 0 && last?.next === null && (
              <Nothing isFiltered={isFiltered} environment={filter.environment} />
            )}
            {last !== undefined && last.next !== null && (
              <div className="more">
                <p className="soft">{lookedIn(pages)}</p>
                <Button isBusy={results.isFetchingNextPage} onClick={() => void results.fetchNextPage()}>
                  {rows.length === 0 ? "Look further back" : "Show more"}
                </Button>
              </div>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

/** How far the search has come, in words. */
function lookedIn(pages: readonly AnswerOf<"SEARCH_RESULTS_AS_PERSON">[]): string {
  const sum = pages.reduce((sessions, { looked }) => sessions + looked.sessions, 0);
  const to = pages.at(-1)?.looked.to ?? null;
  const back = to === null ? "" : `, back to ${formatDateTime(to)}`;
  const isNothing = pages.every(({ items }) => items.length === 0);
  return `${isNothing ? "Nothing found so far. " : ""}Looked through ${formatCount(sum, "session")}${back}.`;
}

function Count({ filter }: { readonly filter: Filter }): ReactNode {
  const count = useQuery(read("COUNT_RESULTS_AS_PERSON", { params: { company_id: useCompanyId() }, body: filter }));
  const text =
    count.data === undefined
      ? ""
      : count.data.capped
        ? `${formatNumber(count.data.count)}+ sessions`
        : formatCount(count.data.count, "session");
  return (
    <p className="soft" role="status">
      {text}
    </p>
  );
}

function Nothing({
  isFiltered,
  environment,
}: {
  readonly isFiltered: boolean;
  readonly environment: string;
}): ReactNode {
  const companyId = useCompanyId();
  if (isFiltered) return <Empty title="Nothing fits these filters" />;
  if (environment === "production") {
    return (
      <Empty title="No session in Production yet">
        <p>Try the whole way in Test first: it looks and counts the same, and costs nobody anything.</p>
        <Link className="button" to="/c/$companyId/results" params={{ companyId }} search={{ env: "test" }}>
          Look at Test
        </Link>
      </Empty>
    );
  }
  return (
    <Empty title="No session in Test yet">
      <p>
        Make a link and play it yourself, or let a simulated applicant play: create a session with a uid such as
        SIM-LOWRISK-1. <HelpLink to="/docs/guides/integrate#test-without-a-phone">Simulated applicants</HelpLink>
      </p>
      <Link
        className="button primary"
        to="/c/$companyId/links"
        params={{ companyId }}
        search={{ env: "test", make: "yes" }}
      >
        Make a link
      </Link>
    </Empty>
  );
}
