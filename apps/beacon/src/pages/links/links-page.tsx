import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { readPages } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { environmentIdOf, useCompanyId, useDeployments, useIsAdmin, type Deployment } from "../../frame/company.ts";
import { useEnvironmentMark } from "../../frame/environment.ts";
import { PlacePicker } from "../../frame/place-picker.tsx";
import type { Environment } from "../../frame/search.ts";
import { StateMark } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { formatNumber } from "../../kit/format.ts";
import { HelpLink, Page } from "../../kit/page.tsx";
import { Empty, Loaded } from "../../kit/states.tsx";
import { More, Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { MakeLinks } from "./make-links.tsx";
import { Maker } from "./maker.tsx";

const route = getRouteApi("/c/$companyId/links");

type Batch = AnswerOf<"LIST_LINK_BATCHES_AS_PERSON">["items"][number];

/** Batches of links of one environment, and the way to make more. */
export function LinksPage(): ReactNode {
  const deployments = useDeployments();
  const { env = "production", deployment: wanted } = route.useSearch();
  useEnvironmentMark(env);
  return (
    <Page
      title="Link Generator"
      lead={
        <>
          Links that applicants open on their own phone. <HelpLink to="/docs/guides/links">How links work</HelpLink>
        </>
      }
    >
      <Loaded of={deployments} what="the deployments">
        {({ items }) => {
          const deployment = items.find((one) => one.deployment_id === wanted) ?? items[0];
          if (deployment === undefined) return <NoDeployment />;
          return <Links key={`${deployment.deployment_id} ${env}`} deployment={deployment} environment={env} />;
        }}
      </Loaded>
    </Page>
  );
}

function NoDeployment(): ReactNode {
  const companyId = useCompanyId();
  return (
    <Empty title="There is no deployment yet">
      <p>A deployment is what links belong to, for example one loan product. Make one first.</p>
      <Link className="button primary" to="/c/$companyId/deployments" params={{ companyId }}>
        To the Deployment Centre
      </Link>
    </Empty>
  );
}

interface PlaceProps {
  readonly deployment: Deployment;
  readonly environment: Environment;
}

function Links({ deployment, environment }: PlaceProps): ReactNode {
  const isAdmin = useIsAdmin();
  const { make } = route.useSearch();
  const navigate = route.useNavigate();
  const environmentId = environmentIdOf(deployment, environment);
  const go = (next: { make?: "yes" | undefined; env?: Environment; deployment?: string }): void => {
    void navigate({ search: (before) => ({ ...before, ...next }) });
  };
  return (
    <>
      <div className="row ends">
        <PlacePicker
          deploymentId={deployment.deployment_id}
          environment={environment}
          onPick={(next) => go({ env: next.environment, deployment: next.deploymentId })}
        />
        {isAdmin && make === undefined && (
          <Button look="primary" icon="plus" onClick={() => go({ make: "yes" })}>
            Make links
          </Button>
        )}
      </div>
      {isAdmin && make === "yes" && (
        <MakeLinks
          environmentId={environmentId}
          deployment={deployment.name}
          environment={environment}
          onClose={() => go({ make: undefined })}
        />
      )}
      <Batches environmentId={environmentId} />
    </>
  );
}

function Batches({ environmentId }: { readonly environmentId: string }): ReactNode {
  const companyId = useCompanyId();
  const isAdmin = useIsAdmin();
  const batches = useInfiniteQuery({
    ...readPages("LIST_LINK_BATCHES_AS_PERSON", {
      params: { company_id: companyId, environment_id: environmentId },
      query: { limit: 25 },
    }),
    refetchInterval: (query) => (isMoving(query.state.data?.pages.flatMap(({ items }) => items) ?? []) ? 2000 : false),
  });
  return (
    <Loaded of={batches} what="the batches">
      {({ pages }) => {
        const rows = pages.flatMap(({ items }) => items);
        if (rows.length === 0) return <NoBatch isAdmin={isAdmin} />;
        return (
          <>
            <Table
              caption="Batches"
              columns={columnsOf(companyId, environmentId)}
              rows={rows}
              rowKey={(row) => row.batch_id}
            />
            <More of={batches} />
          </>
        );
      }}
    </Loaded>
  );
}

function isMoving(batches: readonly Batch[]): boolean {
  return batches.some((batch) => batch.state === "creating" || batch.revoking);
}

function NoBatch({ isAdmin }: { readonly isAdmin: boolean }): ReactNode {
  return (
    <Empty title="No links here yet">
      <p>
        {isAdmin
          ? "Make a number of links, or one for each uid of a list of yours. Nothing is sent by Tallystick: you send the links by SMS, WhatsApp, mail or on paper."
          : "An admin makes links; here you will see how they get on."}
      </p>
    </Empty>
  );
}

function columnsOf(companyId: string, environmentId: string): readonly Column<Batch>[] {
  return [
    {
      key: "name",
      title: "Batch",
      cell: (batch) => (
        <Link
          to="/c/$companyId/links/$environmentId/$batchId"
          params={{ companyId, environmentId, batchId: batch.batch_id }}
        >
          {batch.name}
        </Link>
      ),
    },
    { key: "state", title: "State", cell: (batch) => <BatchState batch={batch} /> },
    { key: "created", title: "Links", isNumber: true, cell: (batch) => formatNumber(batch.created) },
    { key: "skipped", title: "Lines left out", isNumber: true, cell: (batch) => formatNumber(batch.skipped) },
    { key: "until", title: "Wait until", cell: (batch) => <Time at={batch.valid_until} /> },
    { key: "by", title: "Made by", cell: (batch) => <Maker of={batch} /> },
    { key: "at", title: "Made", cell: (batch) => <Time at={batch.created_at} isAgo /> },
  ];
}

function BatchState({ batch }: { readonly batch: Batch }): ReactNode {
  if (batch.revoking) return <StateMark state="being_revoked" />;
  if (batch.revoked_at !== null) return <StateMark state="revoked" />;
  return <StateMark state={batch.state} />;
}
