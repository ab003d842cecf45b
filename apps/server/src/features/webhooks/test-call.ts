import type { EventType, WebhookBody } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { cannotConnect, type Outcome } from "../../infra/egress.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { exampleBody, sampleBody } from "./sample-body.ts";
import { sendOnce } from "./send-once.ts";
import { keepTestProof } from "./test-proof.ts";

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

/**
 * Sends a real, signed event to the environment's URL once. That it was accepted is kept for the go-live check.
 */
export async function sendTestWebhook(deps: Deps, environment: EnvironmentAccess): Promise<TestAnswer> {
  const sent = await sendOnce(deps, environment, { make: exampleBody });
  if (sent === null) return notSet(environment);
  await keepTestProof(deps, environment, sent);
  return answerTo(sent.url, sent.outcome);
}

/** The same with an example of the event named. It proves nothing to the go-live check, which wants the score event. */
export async function sendSampleWebhook(
  deps: Deps,
  environment: EnvironmentAccess,
  type: EventType,
): Promise<TestAnswer> {
  const make = (integrationId: string, nowSeconds: number): WebhookBody => sampleBody(type, integrationId, nowSeconds);
  const sent = await sendOnce(deps, environment, { make });
  return sent === null ? notSet(environment) : answerTo(sent.url, sent.outcome);
}

function notSet({ integrationId }: EnvironmentAccess): TestAnswer {
  return { status: 424, body: { detail: `Webhooks not set for ${integrationId}, please set in Beacon` } };
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
