import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { read } from "../../api/queries.ts";
import { useCompany } from "../../frame/company.ts";
import { useEnvironmentMark } from "../../frame/environment.ts";
import { Badge, EnvironmentMark } from "../../kit/badges.tsx";
import { Page } from "../../kit/page.tsx";
import { Loaded } from "../../kit/states.tsx";
import { Time, useNow } from "../../kit/time.tsx";
import { DeliveriesTab } from "./deliveries-tab.tsx";
import { DetailActs } from "./detail-acts.tsx";
import { FactsTab } from "./facts-tab.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { SessionState } from "./result-columns.tsx";
import { useResultParams, type Detail } from "./result-params.ts";
import { TasksTab } from "./tasks-tab.tsx";
import { TimeLineTab } from "./time-line-tab.tsx";
import styles from "./results.module.css";

const route = getRouteApi("/c/$companyId/results/$environmentId/$sessionId");

const TABS = [
  { key: "overview", title: "Result" },
  { key: "tasks", title: "Task by task" },
  { key: "time-line", title: "Time line" },
  { key: "deliveries", title: "Webhooks" },
  { key: "facts", title: "Record" },
] as const;
type Tab = (typeof TABS)[number]["key"];

/** One session and everything that is known of its result. */
export function ResultPage(): ReactNode {
  const params = useResultParams();
  const search = route.useSearch();
  const detail = useQuery(read("GET_RESULT_AS_PERSON", { params }));
  useEnvironmentMark(detail.data?.place.environment ?? null);
  const tab: Tab = TABS.find(({ key }) => key === search.tab)?.key ?? "overview";
  return (
    <Page
      title={detail.data?.session.uid ?? "Result"}
      lead={detail.data !== undefined && <Lead of={detail.data} />}
      actions={detail.data !== undefined && <DetailActs of={detail.data} />}
    >
      <nav className={`tabs ${styles["screen-only"] ?? ""}`} aria-label="Parts of the result">
        {TABS.map(({ key, title }) => (
          <Link
            key={key}
            from="/c/$companyId/results/$environmentId/$sessionId"
            to="."
            search={{ tab: key }}
            aria-current={key === tab ? "page" : undefined}
          >
            {title}
          </Link>
        ))}
      </nav>
      <Loaded of={detail} what="the result" rows={6}>
        {(data) => <TabBody tab={tab} of={data} />}
      </Loaded>
    </Page>
  );
}

function TabBody({ tab, of }: { readonly tab: Tab; readonly of: Detail }): ReactNode {
  switch (tab) {
    case "overview":
      return <OverviewTab of={of} />;
    case "tasks":
      return <TasksTab of={of} />;
    case "time-line":
      return <TimeLineTab of={of} />;
    case "deliveries":
      return <DeliveriesTab />;
    case "facts":
      return <FactsTab of={of} />;
  }
}

function Lead({ of: { session, place } }: { readonly of: Detail }): ReactNode {
  const { company_id: companyId } = useResultParams();
  return (
    <span className="row">
      <Link
        className={styles["screen-only"]}
        to="/c/$companyId/results"
        params={{ companyId }}
        search={{ env: place.environment }}
      >
        Results
      </Link>
      <span className={styles["screen-only"]} aria-hidden="true">
        ·
      </span>
      <span>{place.deployment}</span>
      <SessionState of={session} />
      {session.simulated && <Badge>Played by the sandbox</Badge>}
      {place.archived && <Badge>Archived deployment</Badge>}
      <Printed environment={place.environment} />
    </span>
  );
}

/** What the head of the screen says, and when the sheet was made: a sheet lies about for years. */
function Printed({ environment }: { readonly environment: string }): ReactNode {
  const { name } = useCompany();
  const now = useNow();
  return (
    <span className="print-only">
      <EnvironmentMark environment={environment} /> {name}, printed <Time at={Math.floor(now / 1000)} />
    </span>
  );
}
