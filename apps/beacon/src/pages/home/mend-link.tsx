import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useCompanyId, useIsAdmin } from "../../frame/company.ts";
import type { Attention } from "./attention-words.ts";

interface PlaceProps {
  readonly matter: Attention;
  readonly companyId: string;
}

/** The one place where the matter is mended. Who may not mend it is led to where it is seen. */
export function MendLink({ matter }: { readonly matter: Attention }): ReactNode {
  const companyId = useCompanyId();
  const isAdmin = useIsAdmin();
  const props = { matter, companyId };
  switch (matter.kind) {
    case "webhook_disabled":
    case "webhook_failing":
    case "webhook_missing":
      return isAdmin ? <ToDeployment {...props} tab="webhook" title="Open the webhook" /> : <ToLog {...props} />;
    case "privacy_policy_missing":
      return isAdmin ? <ToDeployment {...props} tab="settings" title="Set the policy" /> : null;
    case "api_key_retires":
      return <ToDeployment {...props} tab="keys" title="See the keys" />;
    case "webhook_secret_retires":
      return <ToDeployment {...props} tab="keys" title="See the secrets" />;
    case "deliveries_dead":
      return <ToLog {...props} />;
    case "results_unscorable":
    case "results_to_review":
      return <ToResults {...props} />;
    case "link_batch_failed":
      return <ToBatch {...props} />;
    case "links_expire":
      return <ToLinks {...props} />;
    case "second_factor_missing":
      return (
        <Link className="button" to="/c/$companyId/team" params={{ companyId }}>
          See the team
        </Link>
      );
  }
}

/** Which of several that look alike: for who hears only the links. */
function Where({ matter }: { readonly matter: Attention }): ReactNode {
  if (matter.deployment === null) return null;
  return (
    <span className="visually-hidden">
      {" "}
      of {matter.deployment}, {matter.environment === "test" ? "Test" : "Production"}
    </span>
  );
}

function ToDeployment(
  props: PlaceProps & { readonly tab: "webhook" | "settings" | "keys"; readonly title: string },
): ReactNode {
  const { matter, companyId, tab, title } = props;
  if (matter.deployment_id === null) return null;
  const search = { env: matter.environment ?? undefined, tab };
  return (
    <Link
      className="button"
      to="/c/$companyId/deployments/$deploymentId"
      params={{ companyId, deploymentId: matter.deployment_id }}
      search={search}
    >
      {title}
      <Where matter={matter} />
    </Link>
  );
}

function ToLog({ matter, companyId }: PlaceProps): ReactNode {
  const state = matter.kind === "deliveries_dead" ? ("dead" as const) : undefined;
  const search = { env: matter.environment ?? undefined, deployment: matter.deployment_id ?? undefined, state };
  return (
    <Link className="button" to="/c/$companyId/webhooks" params={{ companyId }} search={search}>
      {state === "dead" ? "See and replay" : "See the log"}
      <Where matter={matter} />
    </Link>
  );
}

function ToResults({ matter, companyId }: PlaceProps): ReactNode {
  const isReview = matter.kind === "results_to_review";
  const narrowed = isReview ? { confidence: ["LOW"] as const } : { outcome: ["unscorable"] as const };
  const search = { env: matter.environment ?? undefined, deployment: matter.deployment_id ?? undefined, ...narrowed };
  return (
    <Link className="button" to="/c/$companyId/results" params={{ companyId }} search={search}>
      {isReview ? "Review them" : "See the results"}
      <Where matter={matter} />
    </Link>
  );
}

function ToLinks({ matter, companyId }: PlaceProps): ReactNode {
  const search = { env: matter.environment ?? undefined, deployment: matter.deployment_id ?? undefined };
  return (
    <Link className="button" to="/c/$companyId/links" params={{ companyId }} search={search}>
      See the links
      <Where matter={matter} />
    </Link>
  );
}

function ToBatch({ matter, companyId }: PlaceProps): ReactNode {
  const { environment_id: environmentId, subject_id: batchId } = matter;
  if (environmentId === null || batchId === null) return <ToLinks matter={matter} companyId={companyId} />;
  return (
    <Link
      className="button"
      to="/c/$companyId/links/$environmentId/$batchId"
      params={{ companyId, environmentId, batchId }}
    >
      See the batch
      <Where matter={matter} />
    </Link>
  );
}
