import type { WebhookBody } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { createEgress, type Outcome, troubleOf } from "../../infra/egress.ts";
import { type EnvironmentAccess, signingKeys } from "../deployments/service.ts";
import { findEndpoint, signingSecrets } from "../endpoints/service.ts";
import { signedHeaders } from "./signatures.ts";

const TIMEOUT_MS = 15_000;

export interface SentOnce {
  readonly url: string;
  /** The URL is the one that is saved. */
  readonly isSaved: boolean;
  readonly eventId: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly outcome: Outcome;
}

/**
 * Sends a signed event once, by the way every webhook takes, to the saved URL or to `url`, which was judged before. No
 * session, event or delivery is written. A disabled endpoint is tried too: that is how its owner finds out that it works
 * again. Null: no URL is set.
 */
export async function sendOnce(
  deps: Deps,
  environment: EnvironmentAccess,
  wish: {
    readonly url?: string | undefined;
    readonly make: (integrationId: string, nowSeconds: number) => WebhookBody;
  },
): Promise<SentOnce | null> {
  const { companyId, environmentId, integrationId } = environment;
  const endpoint = await findEndpoint(deps, { companyId, environmentId });
  const url = wish.url ?? endpoint?.url ?? null;
  if (endpoint === null || url === null) return null;
  const [apiKeys, secrets] = await Promise.all([
    signingKeys(deps, companyId, environmentId),
    signingSecrets(deps, companyId, endpoint.endpointId),
  ]);
  const at = Math.floor(Date.now() / 1000);
  const body = JSON.stringify(wish.make(integrationId, at));
  const eventId = deps.ids.make("evt");
  const headers = signedHeaders({ apiKeys, secrets }, { eventId, timestamp: at, body });
  const requireTls = environment.kind === "production";
  const egress = createEgress(deps.config);
  try {
    const outcome = await egress.post({ url, headers, body, timeoutMs: TIMEOUT_MS, requireTls });
    const reason = troubleOf(outcome);
    if (reason !== null) deps.log.info({ companyId, environmentId, reason }, "a test webhook met trouble on its way");
    return { url, isSaved: url === endpoint.url, eventId, at, headers, body, outcome };
  } finally {
    await egress.close();
  }
}
