import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useCompanyId, useIsAdmin } from "../../frame/company.ts";
import { useEnvironmentMark } from "../../frame/environment.ts";
import { ENVIRONMENTS, type Environment } from "../../frame/search.ts";
import { Page } from "../../kit/page.tsx";
import { Empty, Loaded, Note } from "../../kit/states.tsx";
import { DeploymentMenu } from "./deployment-menu.tsx";
import style from "./deployments.module.css";
import { GoLiveTab } from "./go-live/go-live-tab.tsx";
import { HistoryTab } from "./history-tab.tsx";
import { IntegrateTab } from "./integrate/integrate-tab.tsx";
import { KeysTab } from "./keys/keys-tab.tsx";
import type { Tab } from "./search.ts";
import { SettingsTab } from "./settings/settings-tab.tsx";
import { route, useDeployment, type ShownDeployment, type Side } from "./use-deployment.ts";
import { WebhookTab } from "./webhook/webhook-tab.tsx";

export function DeploymentPage(): ReactNode {
  return useIsAdmin() ? <DeploymentOfAdmin /> : <ForAdmins />;
}

function ForAdmins(): ReactNode {
  const companyId = useCompanyId();
  return (
    <Page title="Deployment">
      <Empty title="A deployment's page is for admins">
        <p>
          You are a viewer: you read results and dashboards. Integration IDs, keys, settings, the webhook URL and the
          go-live check are shown to admins only. An admin of your company can change your role under Team.
        </p>
        <Link to="/c/$companyId/deployments" params={{ companyId }}>
          To the list of deployments
        </Link>
      </Empty>
    </Page>
  );
}

function DeploymentOfAdmin(): ReactNode {
  const { env = "test" } = route.useSearch();
  useEnvironmentMark(env);
  const deployment = useDeployment();
  const { data } = deployment;
  return (
    <Page
      title={data?.name ?? "Deployment"}
      lead={<Lead />}
      {...(data !== undefined && { actions: <DeploymentMenu deployment={data} /> })}
    >
      <Loaded of={deployment} what="the deployment">
        {(found) => <Sides deployment={found} environment={env} />}
      </Loaded>
    </Page>
  );
}

function Lead(): ReactNode {
  const companyId = useCompanyId();
  return (
    <Link to="/c/$companyId/deployments" params={{ companyId }}>
      All deployments
    </Link>
  );
}

interface SidesProps {
  readonly deployment: ShownDeployment;
  readonly environment: Environment;
}

function Sides({ deployment, environment }: SidesProps): ReactNode {
  const { tab = "integrate" } = route.useSearch();
  const side = deployment.environments.find(({ kind }) => kind === environment);
  if (side === undefined) throw new Error("A deployment always has both environments");
  return (
    <>
      {deployment.archived_at !== null && (
        <Note tone="warn" title="In the archive">
          <p>
            Both sides refuse new sessions. Settings stay as they are, except for the webhook URL: results under way
            still have to arrive.
          </p>
        </Note>
      )}
      <EnvironmentSwitch />
      <TabLinks />
      {/* Made anew for each side: nothing of Test may stand on Production's page, not for a moment. */}
      <TabContent key={side.environment_id} tab={tab} side={side} deployment={deployment} />
    </>
  );
}

const ENVIRONMENT_WORDS = {
  test: ["Test", "To try everything out."],
  production: ["Production", "Real applicants, real results."],
} as const;

function EnvironmentSwitch(): ReactNode {
  return (
    <nav className={style["sides"]} aria-label="Side of the deployment">
      {ENVIRONMENTS.map((kind) => (
        <Link
          key={kind}
          from={route.id}
          to="."
          search={(now) => ({ ...now, env: kind === "test" ? undefined : kind })}
          activeOptions={{ explicitUndefined: true }}
          className={`${style["side-link"] ?? ""} ${kind}`}
        >
          <strong>{ENVIRONMENT_WORDS[kind][0]}</strong>
          <span>{ENVIRONMENT_WORDS[kind][1]}</span>
        </Link>
      ))}
    </nav>
  );
}

const TAB_WORDS: Readonly<Record<Tab, string>> = {
  integrate: "Integrate",
  settings: "Settings",
  keys: "Keys",
  webhook: "Webhook",
  "go-live": "Go live",
  history: "History",
};

function TabLinks(): ReactNode {
  return (
    <nav className={`tabs ${style["tabs"] ?? ""}`} aria-label="Parts of the deployment">
      {Object.entries(TAB_WORDS).map(([name, words]) => (
        <Link
          key={name}
          from={route.id}
          to="."
          search={({ env }) => ({ env, tab: name === "integrate" ? undefined : (name as Tab) })}
          activeOptions={{ explicitUndefined: true }}
        >
          {words}
        </Link>
      ))}
    </nav>
  );
}

interface ContentProps {
  readonly tab: Tab;
  readonly side: Side;
  readonly deployment: ShownDeployment;
}

function TabContent({ tab, side, deployment }: ContentProps): ReactNode {
  switch (tab) {
    case "integrate":
      return <IntegrateTab side={side} />;
    case "settings":
      return <SettingsTab side={side} isArchived={deployment.archived_at !== null} />;
    case "keys":
      return <KeysTab side={side} />;
    case "webhook":
      return <WebhookTab side={side} />;
    case "go-live":
      return <GoLiveTab />;
    case "history":
      return <HistoryTab side={side} />;
  }
}
