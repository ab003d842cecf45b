import type { EventType, WebhookBody, WebhookTrial } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import type { Outcome } from "../../infra/egress.ts";
import { fail } from "../../infra/errors.ts";
import { recordReading, type Actor } from "../audit/service.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { checkedUrl } from "../endpoints/service.ts";
import { exampleBody, sampleBody } from "./sample-body.ts";
import { sendOnce, type SentOnce } from "./send-once.ts";
import { withoutCookies, withoutSignatures } from "./shown-headers.ts";
import { keepTestProof } from "./test-proof.ts";

/** An event that a person sends to try the receiver out, and what became of it in words. */

export interface TrialWish {
  /** null: the test call's own event, which counts for the go-live check. */
  readonly type: EventType | null;
  /** To try before it is saved. */
  readonly url?: string | undefined;
  readonly actor: Actor;
}

const TEST_TYPE = "psychometric_score.complete" satisfies EventType;

/** Whatever the receiver does is told. Throws `webhook_not_set`, `setting_invalid` for a draft that could not be saved. */
export async function tryWebhook(
  deps: Deps,
  environment: EnvironmentAccess,
  { type, url, actor }: TrialWish,
): Promise<WebhookTrial> {
  if (url !== undefined) checkedUrl(deps, url, environment.kind);
  const make = (integrationId: string, now: number): WebhookBody =>
    type === null ? exampleBody(integrationId, now) : sampleBody(type, integrationId, now);
  const sent = await sendOnce(deps, environment, { url, make });
  if (sent === null) throw fail("webhook_not_set", "This environment has no webhook URL: there is nowhere to send to.");
  if (type === null) await keepTestProof(deps, environment, sent);
  const trial = viewOf(sent, type ?? TEST_TYPE);
  await recordReading(deps, {
    companyId: environment.companyId,
    actor,
    action: "webhook_test.sent",
    targetType: "environment",
    targetId: environment.environmentId,
    details: { type: trial.type, host: trial.host, draft: trial.draft, outcome: trial.outcome, status: trial.status },
  });
  return trial;
}

function viewOf(sent: SentOnce, type: EventType): WebhookTrial {
  const { outcome } = sent;
  const host = new URL(sent.url).host;
  const answered = outcome.kind === "answered" ? outcome : null;
  return {
    ...told(outcome, host),
    type,
    event_id: sent.eventId,
    host,
    draft: !sent.isSaved,
    at: sent.at,
    duration_ms: outcome.durationMs,
    status: answered?.status ?? null,
    answer_headers: answered === null ? null : withoutCookies(answered.headers),
    answer_body: answered?.body ?? null,
    cut_off: answered !== null && answered.cutOff !== null,
    sent_headers: withoutSignatures(sent.headers),
    sent_body: sent.body,
  };
}

type Told = Pick<WebhookTrial, "outcome" | "reason" | "mend">;

function told(outcome: Outcome, host: string): Told {
  switch (outcome.kind) {
    case "no_connection":
      // One text for name, route, TLS and guard, or it would tell what stands in the operator's network.
      return {
        outcome: "unreachable",
        reason: `${outcome.error}.`,
        mend: "Check the name, the port and the certificate of the address from another network. It must be reachable from the internet and let this server in; addresses inside a private network have to be allowed by the operator (EGRESS_ALLOW), whose log says what went wrong.",
      };
    case "no_answer":
      return {
        outcome: "no_answer",
        reason: `${outcome.error} of ${host}.`,
        mend: "Let the receiver answer 200 as soon as it has stored the event, and do its work afterwards.",
      };
    case "answered": {
      const { status } = outcome;
      if (status === 200)
        return { outcome: "accepted", reason: `The receiver at ${host} accepted the event.`, mend: null };
      return { outcome: "refused", reason: `The receiver at ${host} answered ${status}.`, mend: mendOfStatus(status) };
    }
  }
}

const MENDS: Readonly<Record<number, string>> = {
  401: "The receiver asks for a login of its own. Let it check X-Signature instead, or put what it needs into the URL.",
  403: "If the receiver checks X-Signature: over the bytes of the body as they come, under the API key of this environment. Otherwise a firewall or login stands before it.",
  404: "Nothing listens at this path. Compare the path of the URL with the receiver's.",
  405: "The path is there, but takes no POST. Compare the path of the URL with the receiver's.",
  410: "The receiver says that it is gone for good. Outside a test this switches the endpoint off.",
  413: "Let the receiver, or the proxy before it, take bodies of at least 64 KiB.",
  415: "Let the receiver take application/json.",
  429: "The receiver limits how often it is called. Let it take at least as many events as applicants finish at the same time.",
};

/** Only 200 counts. */
function mendOfStatus(status: number): string {
  const known = MENDS[status];
  if (known !== undefined) return known;
  if (status < 300) return "Only 200 counts as accepted; anything else is sent again. Let the receiver answer 200.";
  if (status < 400) return "Redirects are not followed. Set the address that it leads to as the webhook URL.";
  if (status < 500) return "The receiver did not like the event; its answer below and its own log say why.";
  return "The receiver, or a proxy before it, failed; its own log says why.";
}
