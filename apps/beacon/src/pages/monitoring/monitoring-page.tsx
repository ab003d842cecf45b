import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { read } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { useEnvironmentMark } from "../../frame/environment.ts";
import type { Environment } from "../../frame/search.ts";
import { Button } from "../../kit/button.tsx";
import { ChartScope } from "../../kit/charts/figure.tsx";
import { formatCount } from "../../kit/format.ts";
import { HelpLink, Page } from "../../kit/page.tsx";
import { Empty, Loaded, Note } from "../../kit/states.tsx";
import { useNow } from "../../kit/time.tsx";
import { Drift } from "./drift.tsx";
import { Filters } from "./filters.tsx";
import { Glance } from "./glance.tsx";
import { Journeys } from "./journeys.tsx";
import styles from "./monitoring.module.css";
import { rangeOf } from "./range.ts";
import { Results } from "./results.tsx";
import type { MonitoringSearch } from "./search.ts";
import type { Monitoring } from "./shape.ts";
import { Webhooks } from "./webhooks.tsx";

const route = getRouteApi("/c/$companyId/monitoring");

/** How journeys, scores and webhooks went over a time, in numbers; who it was stands under Results. */
export function MonitoringPage(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const environment = search.env ?? "production";
  useEnvironmentMark(environment);
  const range = rangeOf(search, useNow());
  const change = (next: Partial<MonitoringSearch>): void => {
    void navigate({ search: (before) => ({ ...before, ...next }), replace: false });
  };
  return (
    <Page
      title="Monitoring"
      lead={
        <>
          Counts, never persons. Test and Production are never added up.{" "}
          <HelpLink to="/docs/guides/results">What the numbers mean</HelpLink>
        </>
      }
      actions={
        <Button icon="print" className={styles["no-print"]} onClick={() => window.print()}>
          Print
        </Button>
      }
    >
      <EnvironmentTabs environment={environment} />
      <Filters search={search} range={range} environment={environment} onChange={change} />
      {range.problem === null && <Report environment={environment} search={search} from={range.from} to={range.to} />}
    </Page>
  );
}

function EnvironmentTabs({ environment }: { readonly environment: Environment }): ReactNode {
  return (
    <nav className={`tabs ${styles["no-print"] ?? ""}`} aria-label="Environment">
      {(["production", "test"] as const).map((env) => (
        <Link
          key={env}
          from="/c/$companyId/monitoring"
          to="."
          search={(before: MonitoringSearch) => ({ ...before, env })}
          aria-current={env === environment ? "page" : undefined}
        >
          {env === "test" ? "Test" : "Production"}
        </Link>
      ))}
    </nav>
  );
}

interface ReportProps {
  readonly environment: Environment;
  readonly search: MonitoringSearch;
  readonly from: string;
  readonly to: string;
}

function Report({ environment, search, from, to }: ReportProps): ReactNode {
  const companyId = useCompanyId();
  const isWithSandbox = environment === "test" && search.simulated === "yes";
  const query = {
    environment,
    deployment_id: search.deployment,
    from,
    to,
    simulated: isWithSandbox ? "with" : "without",
  };
  const monitoring = useQuery(read("GET_MONITORING", { params: { company_id: companyId }, query }));
  return (
    <Loaded of={monitoring} what="the numbers" rows={10}>
      {(data) => (
        <div className={styles["report"]} aria-busy={monitoring.isPlaceholderData || undefined}>
          <Blocks data={data} isWithSandbox={isWithSandbox} />
        </div>
      )}
    </Loaded>
  );
}

function Blocks({ data, isWithSandbox }: { readonly data: Monitoring; readonly isWithSandbox: boolean }): ReactNode {
  return (
    <ChartScope of={{ asOf: data.as_of, fileName: `${data.environment}-${data.from}-${data.to}` }}>
      {data.uncounted_days > 0 && (
        <Note tone="warn" title="Not everything is counted yet">
          <p>
            {formatCount(data.uncounted_days, "day")} of this range {data.uncounted_days === 1 ? "is" : "are"} missing.
            The past is counted little by little after an upgrade or a bulk load; the numbers grow until it is done.
          </p>
        </Note>
      )}
      {isNothing(data) ? (
        <Nothing environment={data.environment} isWithSandbox={isWithSandbox} />
      ) : (
        <>
          <Glance data={data} />
          <Journeys data={data} />
          <Results data={data} />
          <Drift drift={data.drift} />
          <Webhooks data={data} />
        </>
      )}
    </ChartScope>
  );
}

function isNothing({ funnel, scores, webhooks, uncounted_days }: Monitoring): boolean {
  return uncounted_days === 0 && funnel.created + scores.n + scores.unscorable + webhooks.all.total === 0;
}

function Nothing(props: { readonly environment: Environment; readonly isWithSandbox: boolean }): ReactNode {
  const params = { companyId: useCompanyId() };
  if (props.environment === "production") {
    return (
      <Empty title="Nothing happened in Production in these days">
        <p>
          Choose a longer time or another deployment. If you have not gone live yet, look at what was tried in Test.
        </p>
        <Link className="button" to="/c/$companyId/monitoring" params={params} search={{ env: "test" }}>
          Look at Test
        </Link>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing happened in Test in these days">
      <p>
        Choose a longer time, or play an assessment yourself through a link.
        {!props.isWithSandbox && " Sessions that the sandbox played are left out until you count them too."}
      </p>
      <Link className="button primary" to="/c/$companyId/links" params={params} search={{ env: "test" }}>
        Make a link
      </Link>
    </Empty>
  );
}
