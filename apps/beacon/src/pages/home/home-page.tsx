import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { read } from "../../api/queries.ts";
import { useCompanyId, useDeployments, useIsAdmin } from "../../frame/company.ts";
import { ChartScope } from "../../kit/charts/figure.tsx";
import { Page } from "../../kit/page.tsx";
import { Loaded } from "../../kit/states.tsx";
import { useNow } from "../../kit/time.tsx";
import { AttentionList } from "./attention-list.tsx";
import { dayStartOf, fileDayOf } from "./day.ts";
import { FirstSteps } from "./first-steps.tsx";
import { GoLive } from "./go-live.tsx";
import { Today } from "./today.tsx";

/** A page that stays open all day asks again by itself. */
const AGAIN_MS = 60_000;
/** The way to Production is told of so many deployments; a company with more knows it. */
const FEW = 3;

const LONG_DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** What needs somebody now, and how today goes. */
export function HomePage(): ReactNode {
  const companyId = useCompanyId();
  const isAdmin = useIsAdmin();
  const now = useNow();
  const deployments = useDeployments().data?.items;
  const request = { params: { company_id: companyId }, query: { from: dayStartOf(now) } };
  const home = useQuery({ ...read("GET_HOME", request), refetchInterval: AGAIN_MS });
  return (
    <Page title="Home" lead={LONG_DAY.format(now)}>
      {deployments !== undefined && deployments.length <= FEW && <FirstSteps deployments={deployments} />}
      <Loaded of={home} what="what needs attention" rows={6}>
        {(data) => (
          <ChartScope of={{ asOf: data.as_of, fileName: `today-${fileDayOf(data.from)}` }}>
            <AttentionList home={data} />
            <Today home={data} />
          </ChartScope>
        )}
      </Loaded>
      {isAdmin && deployments !== undefined && deployments.length <= FEW && <GoLive deployments={deployments} />}
    </Page>
  );
}
