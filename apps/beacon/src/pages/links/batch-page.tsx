import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { read, readPages } from "../../api/queries.ts";
import { placeOf, useDeployments, useIsAdmin } from "../../frame/company.ts";
import { useEnvironmentMark } from "../../frame/environment.ts";
import { StateMark } from "../../kit/badges.tsx";
import { SelectField } from "../../kit/fields.tsx";
import { formatCount, formatNumber, formatWord } from "../../kit/format.ts";
import { Facts, Page, Progress, Section } from "../../kit/page.tsx";
import { Empty, Loaded, Note } from "../../kit/states.tsx";
import { More, Table } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { BatchActs } from "./batch-acts.tsx";
import { useBatchParams, type BatchDetail, type LinkItem } from "./batch-params.ts";
import { HandOut } from "./hand-out.tsx";
import { linkColumns } from "./link-columns.tsx";
import { LinkDrawer } from "./link-drawer.tsx";
import { Maker } from "./maker.tsx";

const route = getRouteApi("/c/$companyId/links/$environmentId/$batchId");

/** One batch: how its links get on, handing them out, ending and extending them. */
export function BatchPage(): ReactNode {
  const params = useBatchParams();
  const isAdmin = useIsAdmin();
  const deployments = useDeployments();
  const place = placeOf(deployments.data?.items ?? [], params.environment_id);
  useEnvironmentMark(place?.environment ?? null);
  const batch = useQuery({
    ...read("GET_LINK_BATCH_AS_PERSON", { params }),
    // While it comes into being or ends; then as often as people play.
    refetchInterval: ({ state }) => (state.data !== undefined && isMoving(state.data) ? 1000 : 15_000),
  });
  return (
    <Page
      title={batch.data?.name ?? "Links"}
      lead={
        <>
          <Link to="/c/$companyId/links" params={{ companyId: params.company_id }}>
            Link Generator
          </Link>
          {place !== null && ` · ${place.deployment.name}`}
        </>
      }
      actions={isAdmin && batch.data?.state === "ready" && <BatchActs batch={batch.data} />}
    >
      <Loaded of={batch} what="the batch">
        {(data) => <Batch batch={data} isAdmin={isAdmin} />}
      </Loaded>
    </Page>
  );
}

function isMoving(batch: BatchDetail): boolean {
  return batch.state === "creating" || batch.revoking;
}

function Batch({ batch, isAdmin }: { readonly batch: BatchDetail; readonly isAdmin: boolean }): ReactNode {
  if (batch.state === "failed") {
    return (
      <Note tone="bad" title="No link was made">
        <p>{batch.failure}</p>
      </Note>
    );
  }
  if (batch.state === "creating") return <Progress done={batch.created} total={batch.requested} what="links" />;
  return (
    <>
      {batch.revoking && <Note tone="warn">Open links of this batch are being ended; it goes on by itself.</Note>}
      <Section title="How it stands">
        <Counts batch={batch} />
        <Facts
          of={[
            ["Made", <Time key="made" at={batch.created_at} />],
            ["Made by", <Maker key="by" of={batch} />],
            ["Unopened links wait until", <Time key="until" at={batch.valid_until} />],
            [
              "Time of the applicant starts",
              batch.clock === "at_opening" ? "when the link is first opened" : "when the batch was made",
            ],
            ...(batch.stakes === "low" ? [["Stakes", "Low: a pilot with volunteers"] as const] : []),
          ]}
        />
        <Skipped batch={batch} />
      </Section>
      {isAdmin ? (
        <>
          <HandOut batch={batch} />
          <Links />
        </>
      ) : (
        <Note>The links themselves are for admins: whoever has one can play.</Note>
      )}
    </>
  );
}

function Counts({ batch }: { readonly batch: BatchDetail }): ReactNode {
  const counts = Object.entries(batch.links).filter(([, count]) => count > 0);
  return (
    <ul className="row" aria-label="Links by state">
      {counts.map(([state, count]) => (
        <li key={state} className="row">
          <strong className="number">{formatNumber(count)}</strong> <StateMark state={state} />
        </li>
      ))}
    </ul>
  );
}

function Skipped({ batch }: { readonly batch: BatchDetail }): ReactNode {
  if (batch.skipped === 0) return null;
  return (
    <details>
      <summary>{formatCount(batch.skipped, "line")} left out</summary>
      <ul>
        {batch.skipped_lines.map(({ line, code }) => (
          <li key={line}>
            Line {formatNumber(line)}: {code.replaceAll("_", " ")}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The link as it was read last: what the drawer did to it shows in the drawer. */
function asRead(pages: readonly { readonly items: readonly LinkItem[] }[] | undefined, link: LinkItem): LinkItem {
  return pages?.flatMap(({ items }) => items).find((one) => one.session_id === link.session_id) ?? link;
}

const STATES = ["", "created", "opened", "in_progress", "completed", "cancelled", "incomplete", "expired"] as const;
type State = (typeof STATES)[number];

function Links(): ReactNode {
  const params = useBatchParams();
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const status: State = STATES.find((one) => one === search.status) ?? "";
  const [shown, setShown] = useState<LinkItem | null>(null);
  const links = useInfiniteQuery(
    readPages("LIST_LINKS_AS_PERSON", { params, query: { limit: 50, ...(status !== "" && { status }) } }),
  );
  return (
    <Section title="Links">
      <div className="row ends">
        <SelectField
          label="State"
          value={status}
          choices={STATES.map((value) => ({ value, label: value === "" ? "All" : formatWord(value) }))}
          onPick={(next) => void navigate({ search: { status: next === "" ? undefined : next } })}
        />
      </div>
      <Loaded of={links} what="the links">
        {({ pages }) => {
          const rows = pages.flatMap(({ items }) => items);
          if (rows.length === 0) return <Empty title="No link is in this state" />;
          return (
            <>
              <Table
                caption="Links of this batch"
                columns={linkColumns(params, setShown)}
                rows={rows}
                rowKey={(row) => row.session_id}
                isSelected={(row) => row.session_id === shown?.session_id}
              />
              <More of={links} />
            </>
          );
        }}
      </Loaded>
      {shown !== null && <LinkDrawer link={asRead(links.data?.pages, shown)} onClose={() => setShown(null)} />}
    </Section>
  );
}
