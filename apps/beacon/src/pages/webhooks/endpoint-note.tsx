import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { read } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { useCompanyId, useIsAdmin } from "../../frame/company.ts";
import type { Environment } from "../../frame/search.ts";
import { formatCount } from "../../kit/format.ts";
import { Note } from "../../kit/states.tsx";
import { Time } from "../../kit/time.tsx";

interface PlaceProps {
  readonly environmentId: string;
  readonly deploymentId: string;
  readonly environment: Environment;
}

/** How often the state of the endpoint is asked for while somebody looks. */
const POLL_MS = 30_000;

/** Only where something keeps events from arriving. */
export function EndpointNote(props: PlaceProps): ReactNode {
  const companyId = useCompanyId();
  const isAdmin = useIsAdmin();
  const { data: endpoint } = useQuery({
    ...read("GET_ENDPOINT", { params: { company_id: companyId, environment_id: props.environmentId } }),
    refetchInterval: POLL_MS,
  });
  // While another environment is read, the answer of the one before stands in for it: it would be the wrong word.
  if (endpoint === undefined || endpoint.environment_id !== props.environmentId) return null;
  const said = wordsFor(endpoint);
  if (said === null) return null;
  return (
    <Note tone="warn" title={said.title}>
      <p>
        {said.text}
        {endpoint.failing_since !== null && (
          <>
            {" "}
            Failing since <Time at={endpoint.failing_since} />.
          </>
        )}
      </p>
      {isAdmin && (
        <Link
          to="/c/$companyId/deployments/$deploymentId"
          params={{ companyId, deploymentId: props.deploymentId }}
          search={{ env: props.environment }}
        >
          To the webhook of this environment
        </Link>
      )}
    </Note>
  );
}

function wordsFor(endpoint: AnswerOf<"GET_ENDPOINT">): { readonly title: string; readonly text: string } | null {
  const { state, disabled_reason: reason, failing_since: failingSince, host, undelivered } = endpoint;
  const held =
    undelivered.held === 0
      ? "Nothing waits."
      : `${formatCount(undelivered.held, "delivery waits", "deliveries wait")} for it.`;
  if (state === "unset") {
    const text = "Events are kept and nothing is sent. After setting one, send the range of the gap again.";
    return { title: "No webhook URL is set here", text };
  }
  if (state === "disabled") {
    const why = {
      failing: "after five days of nothing but failures",
      gone: "because it answered 410",
      admin: "by an admin",
    }[reason ?? "admin"];
    return { title: `The endpoint is disabled ${why}`, text: `Nothing is lost. ${held}` };
  }
  if (failingSince === null) return null;
  return {
    title: `${host ?? "The endpoint"} does not accept events`,
    text: `${formatCount(undelivered.pending, "delivery", "deliveries")} still on the way, ${formatCount(undelivered.dead, "was", "were")} given up.`,
  };
}
