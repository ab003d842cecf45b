import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { environmentIdOf, useCompanyId, useDeployments, type Deployment } from "../../frame/company.ts";
import { useEnvironmentMark } from "../../frame/environment.ts";
import { PlacePicker } from "../../frame/place-picker.tsx";
import { HelpLink, Page } from "../../kit/page.tsx";
import { Empty, Loaded } from "../../kit/states.tsx";
import { DeliveryDrawer } from "./delivery-drawer.tsx";
import { DeliveryLog } from "./delivery-log.tsx";
import { EndpointNote } from "./endpoint-note.tsx";
import { Notices } from "./notices.tsx";
import { Replays } from "./replays.tsx";
import { TABS, type Tab } from "./search.ts";
import styles from "./webhooks.module.css";

const route = getRouteApi("/c/$companyId/webhooks");

const TITLES: Readonly<Record<Tab, string>> = { log: "Deliveries", replays: "Sent again", notices: "Notices" };

/** What was sent to the lender's server and what it answered. Opens on Production. */
export function WebhooksPage(): ReactNode {
  const companyId = useCompanyId();
  const deployments = useDeployments();
  return (
    <Page
      title="Webhook log"
      lead={
        <>
          Every event that is sent to your server, with each attempt and its answer.{" "}
          <HelpLink to="/docs/guides/webhooks">Webhooks</HelpLink>
        </>
      }
    >
      <Loaded of={deployments} what="the deployments">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="There is no deployment yet">
              <p>Events belong to a deployment. Create one first, and set its webhook URL.</p>
              <Link to="/c/$companyId/deployments" params={{ companyId }} className="button primary">
                To the Deployment Centre
              </Link>
            </Empty>
          ) : (
            <Room deployments={items} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Room({ deployments }: { readonly deployments: readonly Deployment[] }): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { env = "production", tab = "log" } = search;
  useEnvironmentMark(env);
  const deployment = deployments.find((one) => one.deployment_id === search.deployment) ?? deployments[0];
  if (deployment === undefined) return null;
  const environmentId = environmentIdOf(deployment, env);
  return (
    <>
      <div className={styles["place"]}>
        <PlacePicker
          deploymentId={deployment.deployment_id}
          environment={env}
          onPick={(place) =>
            void navigate({
              search: (before) => ({
                ...before,
                deployment: place.deploymentId,
                env: place.environment,
                delivery: undefined,
                session: undefined,
              }),
              hash: true,
            })
          }
        />
      </div>
      <EndpointNote environmentId={environmentId} deploymentId={deployment.deployment_id} environment={env} />
      <Tabs current={tab} />
      {tab === "log" && <DeliveryLog environmentId={environmentId} />}
      {tab === "replays" && <Replays environmentId={environmentId} />}
      {tab === "notices" && <Notices environmentId={environmentId} />}
      {search.delivery !== undefined && (
        <DeliveryDrawer
          environmentId={environmentId}
          deliveryId={search.delivery}
          onClose={() => void navigate({ search: (before) => ({ ...before, delivery: undefined }), hash: true })}
        />
      )}
    </>
  );
}

function Tabs({ current }: { readonly current: Tab }): ReactNode {
  const companyId = useCompanyId();
  return (
    <nav className="tabs" aria-label="Parts of the log">
      {TABS.map((tab) => (
        <Link
          key={tab}
          to="/c/$companyId/webhooks"
          params={{ companyId }}
          search={({ deployment, env }) => ({ deployment, env, tab: tab === "log" ? undefined : tab })}
          aria-current={tab === current ? "page" : undefined}
        >
          {TITLES[tab]}
        </Link>
      ))}
    </nav>
  );
}
