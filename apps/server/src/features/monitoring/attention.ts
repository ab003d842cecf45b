import { ATTENTION_COUNT_LIMIT, ATTENTION_KINDS, ATTENTION_SEVERITIES, type Attention } from "@tallystick/contract";

import { epochSeconds } from "../sessions/lifecycle.ts";
import type { CountRow, ExpiringRow, FailedBatch, RetiringRow, TroubledEndpoint } from "./home-store.ts";

/** What Home found out; the sentences are written here, so that mail and page can say the same. */
export interface Findings {
  readonly now: Date;
  readonly places: readonly Place[];
  readonly endpoints: readonly TroubledEndpoint[];
  readonly dead: readonly CountRow[];
  readonly keys: readonly RetiringRow[];
  readonly secrets: readonly RetiringRow[];
  readonly batches: readonly FailedBatch[];
  readonly unscorable: readonly CountRow[];
  readonly toReview: readonly CountRow[];
  readonly expiring: readonly ExpiringRow[];
  readonly adminsWithoutSecondFactor: number;
}

export interface Place {
  readonly environmentId: string;
  readonly kind: "test" | "production";
  readonly deploymentId: string;
  readonly deployment: string;
  readonly hasWebhook: boolean;
  readonly hasPrivacyPolicy: boolean;
}

/** How far back, days. */
export const DEAD_DAYS = 7;
export const UNSCORABLE_DAYS = 30;
export const REVIEW_DAYS = 7;
export const BATCH_DAYS = 30;
/** How far ahead, days. */
export const RETIRING_DAYS = 7;

/** Most urgent first; of the same urgency in the order of the kinds, and then what began or ends first. */
export function attentionOf(found: Findings): Attention[] {
  const places = new Map(found.places.map((place) => [place.environmentId, place]));
  const at = (environmentId: string) => places.get(environmentId);
  return [
    ...found.endpoints.map((endpoint) => endpointItem(endpoint, at(endpoint.environmentId))),
    ...found.dead.map((row) => deadItem(row, at(row.environmentId), found.now)),
    ...found.keys.map((row) => retiringItem("api_key_retires", row, at(row.environmentId))),
    ...found.secrets.map((row) => retiringItem("webhook_secret_retires", row, at(row.environmentId))),
    ...found.batches.map((batch) => batchItem(batch, at(batch.environmentId))),
    ...found.unscorable.map((row) => unscorableItem(row, at(row.environmentId), found.now)),
    ...found.toReview.map((row) => reviewItem(row, at(row.environmentId), found.now)),
    ...found.expiring.map((row) => expiringItem(row, at(row.environmentId))),
    ...secondFactorItems(found.adminsWithoutSecondFactor),
    ...found.places.filter(({ kind }) => kind === "production").flatMap(missingItems),
  ].toSorted(
    (a, b) =>
      ATTENTION_SEVERITIES.indexOf(a.severity) - ATTENTION_SEVERITIES.indexOf(b.severity) ||
      ATTENTION_KINDS.indexOf(a.kind) - ATTENTION_KINDS.indexOf(b.kind) ||
      (a.until ?? a.since ?? 0) - (b.until ?? b.since ?? 0),
  );
}

type Matter = Pick<Attention, "kind" | "severity" | "sentence"> &
  Partial<Pick<Attention, "count" | "subject_id" | "since" | "until">>;

function item(place: Place | undefined, matter: Matter): Attention {
  const { count = 1 } = matter;
  return {
    kind: matter.kind,
    severity: matter.severity,
    count: Math.min(count, ATTENTION_COUNT_LIMIT),
    at_least: count > ATTENTION_COUNT_LIMIT,
    sentence: matter.sentence,
    environment: place?.kind ?? null,
    environment_id: place?.environmentId ?? null,
    deployment_id: place?.deploymentId ?? null,
    deployment: place?.deployment ?? null,
    subject_id: matter.subject_id ?? null,
    since: matter.since ?? null,
    until: matter.until ?? null,
  };
}

function endpointItem({ state, reason, since }: TroubledEndpoint, place: Place | undefined): Attention {
  const where = nameOf(place);
  if (state === "enabled") {
    const sentence = `The webhook of ${where} has been failing since ${minute(since)}.`;
    return item(place, { kind: "webhook_failing", severity: "urgent", sentence, since: epochSeconds(since) });
  }
  const why =
    reason === "gone"
      ? "because your server answered 410"
      : reason === "failing"
        ? "after five days of failures"
        : "by an admin";
  const sentence = `The webhook of ${where} was disabled ${why} on ${minute(since)}; events are kept until it is enabled.`;
  return item(place, { kind: "webhook_disabled", severity: "urgent", sentence, since: epochSeconds(since) });
}

function deadItem({ count }: CountRow, place: Place | undefined, now: Date): Attention {
  const sentence = `${many(count, "webhook", "webhooks")} of the last ${DEAD_DAYS} days to ${nameOf(place)} ${count === 1 ? "was" : "were"} given up after the last attempt; they can be replayed.`;
  return item(place, { kind: "deliveries_dead", severity: "urgent", count, sentence, since: ago(now, DEAD_DAYS) });
}

function retiringItem(
  kind: "api_key_retires" | "webhook_secret_retires",
  { id, hint, retiresAt }: RetiringRow,
  place: Place | undefined,
): Attention {
  const what = kind === "api_key_retires" ? `API key …${hint ?? ""}` : "webhook secret";
  const sentence = `The old ${what} of ${nameOf(place)} ends on ${minute(retiresAt)}; your server must use the new one by then.`;
  return item(place, { kind, severity: "soon", sentence, subject_id: id, until: epochSeconds(retiresAt) });
}

function batchItem({ batchId, name, at }: FailedBatch, place: Place | undefined): Attention {
  const sentence = `The links of batch "${name}" in ${nameOf(place)} could not be made; none of them exists.`;
  return item(place, {
    kind: "link_batch_failed",
    severity: "urgent",
    sentence,
    subject_id: batchId,
    since: epochSeconds(at),
  });
}

function unscorableItem({ count }: CountRow, place: Place | undefined, now: Date): Attention {
  const sentence = `${many(count, "completed session", "completed sessions")} of the last ${UNSCORABLE_DAYS} days in ${nameOf(place)} could not be scored.`;
  return item(place, {
    kind: "results_unscorable",
    severity: "soon",
    count,
    sentence,
    since: ago(now, UNSCORABLE_DAYS),
  });
}

/** About the data, never about the person: a reason to look, not to decline. */
function reviewItem({ count }: CountRow, place: Place | undefined, now: Date): Attention {
  const sentence = `${many(count, "result", "results")} of the last ${REVIEW_DAYS} days in ${nameOf(place)} ${count === 1 ? "has" : "have"} low data confidence and should be reviewed; this is no reason to decline anybody.`;
  return item(place, { kind: "results_to_review", severity: "soon", count, sentence, since: ago(now, REVIEW_DAYS) });
}

function expiringItem({ count, first }: ExpiringRow, place: Place | undefined): Attention {
  const sentence = `${many(count, "link", "links")} of ${nameOf(place)} that nobody has opened ${count === 1 ? "expires" : "expire"} within 24 hours.`;
  return item(place, { kind: "links_expire", severity: "soon", count, sentence, until: epochSeconds(first) });
}

function secondFactorItems(count: number): Attention[] {
  if (count === 0) return [];
  const sentence = `${many(count, "admin signs", "admins sign")} in without a second factor.`;
  return [item(undefined, { kind: "second_factor_missing", severity: "hint", count, sentence })];
}

function missingItems(place: Place): Attention[] {
  const { deployment, hasWebhook, hasPrivacyPolicy } = place;
  const webhook = `${deployment} has no webhook in Production: results would have to be fetched.`;
  const policy = `${deployment} has no privacy policy in Production: applicants are asked to consent without one.`;
  return [
    ...(hasWebhook ? [] : [item(place, { kind: "webhook_missing", severity: "hint", sentence: webhook })]),
    ...(hasPrivacyPolicy ? [] : [item(place, { kind: "privacy_policy_missing", severity: "hint", sentence: policy })]),
  ];
}

function nameOf(place: Place | undefined): string {
  if (place === undefined) return "an environment";
  return `${place.deployment}, ${place.kind === "test" ? "Test" : "Production"}`;
}

function many(count: number, one: string, more: string): string {
  const shown =
    count > ATTENTION_COUNT_LIMIT ? `More than ${ATTENTION_COUNT_LIMIT.toLocaleString("en")}` : String(count);
  return `${shown} ${count === 1 ? one : more}`;
}

/** 2026-11-27 09:20 UTC */
function minute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function ago(now: Date, days: number): number {
  return epochSeconds(now) - days * 86_400;
}
