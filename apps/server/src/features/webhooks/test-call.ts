import { EVENT_EXAMPLES, type EventType, type WebhookBody } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { cannotConnect, createEgress, type Outcome, troubleOf } from "../../infra/egress.ts";
import { type EnvironmentAccess, keepEvidence, signingKeys, urlHash } from "../deployments/service.ts";
import { findEndpoint, signingSecrets } from "../endpoints/service.ts";
import { signedHeaders } from "./signatures.ts";

/** `POST /v1/webhooks-management/test` and `…/sample`. Statuses and bodies are those existing clients expect, not the error table's. */

export interface TestAnswer {
  readonly status: 200 | 400 | 403 | 422 | 424 | 503;
  readonly body:
    | { readonly webhook_receiver_status_code: number; readonly detail: string }
    | {
        readonly detail: {
          readonly webhook_receiver_status_code: number;
          readonly webhook_receiver_body_content: string;
        };
      }
    | { readonly detail: string };
}

export const NO_API_KEY: TestAnswer = { status: 400, body: { detail: "No Api-key supplied" } };
export const INVALID_API_KEY: TestAnswer = { status: 403, body: { detail: "Invalid Api-key" } };

const TIMEOUT_MS = 15_000;

/**
 * Sends a real, signed event to the environment's URL once, by the way every webhook takes. No session, event or
 * delivery is written; that it was accepted is kept for the go-live check. A disabled endpoint is tried too: that is how its owner finds out that it works again.
 */
export async function sendTestWebhook(deps: Deps, environment: EnvironmentAccess): Promise<TestAnswer> {
  const answer = await send(deps, environment, exampleBody);
  if (answer.status === 200) {
    const { companyId, environmentId } = environment;
    const proof = { url_hash: urlHash(answer.url ?? "") };
    await keepEvidence(deps, { companyId, environmentId }, "webhook_test_accepted", proof);
  }
  return { status: answer.status, body: answer.body };
}

/** The same with an example of the event named. It proves nothing to the go-live check, which wants the score event. */
export async function sendSampleWebhook(
  deps: Deps,
  environment: EnvironmentAccess,
  type: EventType,
): Promise<TestAnswer> {
  const { status, body } = await send(deps, environment, (integrationId, nowSeconds) =>
    sampleBody(type, integrationId, nowSeconds),
  );
  return { status, body };
}

/** `url`: where it was sent. */
async function send(
  deps: Deps,
  environment: EnvironmentAccess,
  make: (integrationId: string, nowSeconds: number) => WebhookBody,
): Promise<TestAnswer & { readonly url?: string }> {
  const { companyId, environmentId, integrationId } = environment;
  const endpoint = await findEndpoint(deps, { companyId, environmentId });
  if (endpoint === null || endpoint.url === null) {
    return { status: 424, body: { detail: `Webhooks not set for ${integrationId}, please set in Beacon` } };
  }
  const [apiKeys, secrets] = await Promise.all([
    signingKeys(deps, companyId, environmentId),
    signingSecrets(deps, companyId, endpoint.endpointId),
  ]);
  const timestamp = Math.floor(Date.now() / 1000);
  const body = JSON.stringify(make(integrationId, timestamp));
  const headers = signedHeaders({ apiKeys, secrets }, { eventId: deps.ids.make("evt"), timestamp, body });
  const requireTls = environment.kind === "production";
  const egress = createEgress(deps.config);
  try {
    const { url } = endpoint;
    const outcome = await egress.post({ url, headers, body, timeoutMs: TIMEOUT_MS, requireTls });
    const reason = troubleOf(outcome);
    if (reason !== null) deps.log.info({ companyId, environmentId, reason }, "a test webhook met trouble on its way");
    return { ...answerTo(url, outcome), url };
  } finally {
    await egress.close();
  }
}

function answerTo(url: string, outcome: Outcome): TestAnswer {
  // No connection, none allowed or no answer in time: one text, or it would tell what stands in the operator's network.
  if (outcome.kind !== "answered") return { status: 503, body: { detail: cannotConnect(url) } };
  const { status, body } = outcome;
  if (status === 200) {
    return {
      status: 200,
      body: { webhook_receiver_status_code: 200, detail: "The webhook receiver accepted the event" },
    };
  }
  return {
    status: 422,
    body: { detail: { webhook_receiver_status_code: status, webhook_receiver_body_content: body } },
  };
}

const UID = "TEST-WEBHOOK-00000";

/** The contract's example, with its times moved so that the newest is now. */
function sampleBody(type: EventType, integrationId: string, nowSeconds: number): WebhookBody {
  const { event } = EVENT_EXAMPLES[type];
  const times = Object.values(event.details).filter((value) => typeof value === "number");
  const ahead = nowSeconds - Math.max(...times);
  const details = Object.fromEntries(
    Object.entries(event.details).map(([key, value]) => [key, typeof value === "number" ? value + ahead : value]),
  );
  return { uid: UID, integration_id: integrationId, event: { ...event, details } as WebhookBody["event"] };
}

function exampleBody(integrationId: string, nowSeconds: number): WebhookBody {
  return {
    uid: UID,
    integration_id: integrationId,
    event: {
      type: "psychometric_score.complete",
      details: {
        application_started_at: nowSeconds - 360,
        application_completed_at: nowSeconds - 1,
        scored_at: nowSeconds,
        platform: "WEB",
        calculated: {
          score: 34,
          risk_band: "LOW",
          score_confidence: "HIGH",
          traits: [{ key: "patience", value: 7, risk_band: "LOW" }],
          flags: [{ key: "inconsistent_choices", share: "0.333333333333333" }],
          trust_score: 88,
          reasons: [{ key: "patience", text: "Chose smaller, sooner amounts over larger, later ones" }],
          model_version: "example",
          calibrated: false,
          norms: "provisional",
        },
      },
    },
  };
}
