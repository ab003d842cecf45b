import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { read } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { useCompanyId, type Deployment } from "../../frame/company.ts";
import { Badge } from "../../kit/badges.tsx";
import { formatCount } from "../../kit/format.ts";
import { HelpLink, Progress, Section } from "../../kit/page.tsx";
import { useNow } from "../../kit/time.tsx";
import { rangeOf } from "../monitoring/range.ts";
import styles from "./home.module.css";

type Check = AnswerOf<"GET_GO_LIVE">;

/** What still stands between each deployment and Production, for admins. Gone for those that have applicants there. */
export function GoLive({ deployments }: { readonly deployments: readonly Deployment[] }): ReactNode {
  return deployments.map((deployment) => <OneDeployment key={deployment.deployment_id} deployment={deployment} />);
}

function OneDeployment({ deployment }: { readonly deployment: Deployment }): ReactNode {
  const { deployment_id: deploymentId } = deployment;
  const companyId = useCompanyId();
  const { from, to } = rangeOf({ days: "365" }, useNow());
  // What addresses answered counts for a day, so an item of a deployment that went live long ago may be open again.
  const past = useQuery({
    ...read("GET_MONITORING", {
      params: { company_id: companyId },
      query: { environment: "production", deployment_id: deploymentId, from, to },
    }),
    staleTime: 60_000,
  });
  const isLive = past.data === undefined || past.data.uncounted_days > 0 || past.data.funnel.created > 0;
  const check = useQuery({
    ...read("GET_GO_LIVE", { params: { company_id: companyId, deployment_id: deploymentId } }),
    enabled: !isLive,
  });
  if (isLive || check.data === undefined) return null;
  return <State check={check.data} />;
}

function State({ check }: { readonly check: Check }): ReactNode {
  const companyId = useCompanyId();
  const counted = check.items.filter(({ state }) => state !== "not_applicable");
  const done = counted.filter(({ state }) => state === "ok");
  const blocking = check.items.filter(({ state, level }) => state === "open" && level === "blocking");
  const search = { env: "production", tab: "go-live" } as const;
  return (
    <Section
      title={`On the way to Production: ${check.name}`}
      lead={
        check.ready
          ? "Nothing stands in the way: create the first session in Production."
          : `${formatCount(blocking.length, "item")} must be closed before real applicants come.`
      }
      actions={
        <Link
          className="button"
          to="/c/$companyId/deployments/$deploymentId"
          params={{ companyId, deploymentId: check.deployment_id }}
          search={search}
        >
          Go-live check
          <span className="visually-hidden"> of {check.name}</span>
        </Link>
      }
    >
      <Progress done={done.length} total={counted.length} what="items closed" />
      <ul className={styles["open"]}>
        {blocking.map(({ key, title, reason }) => (
          <li key={key}>
            <Badge tone="warn">Open</Badge>
            <span>
              <strong>{title}</strong> <span className="soft">{reason}</span>
            </span>
          </li>
        ))}
      </ul>
      <HelpLink to="/docs/guides/go-live">What each item means</HelpLink>
    </Section>
  );
}
