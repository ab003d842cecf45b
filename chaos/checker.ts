import { verifyWebhook } from "@tallystick/client";

import type { Credential, History, LenderFacts, Receipt } from "./history.ts";

/** What must hold over a whole run, whatever was killed in it. A rule returns a sentence for each violation. */

export interface Violation {
  readonly rule: RuleName;
  readonly what: string;
}

const SCORE = "psychometric_score.complete";

const RULES = {
  "an acknowledged finish has exactly one result": (index: Index): string[] =>
    index.history.acknowledged.flatMap((ack) => {
      const session = index.sessions.get(`${ack.environmentId} ${ack.uid}`);
      const count = session === undefined ? 0 : (index.resultsOf.get(session.session_id)?.length ?? 0);
      return count === 1 ? [] : [`${ack.uid}, ${ack.kind}: ${count} results`];
    }),

  "nothing acknowledged is missing": (index: Index): string[] =>
    index.history.acknowledged.flatMap((ack) => {
      const state = index.sessions.get(`${ack.environmentId} ${ack.uid}`)?.state ?? "missing";
      return state === "completed" ? [] : [`${ack.uid}, ${ack.kind}: the session is ${state}`];
    }),

  "a result has both of its events": ({ history, eventsOf }: Index): string[] =>
    history.rows.results.flatMap(({ session_id, result_id }) => {
      const types = (eventsOf.get(session_id) ?? []).map(({ type }) => type).toSorted();
      const isWhole = types.join() === `application.complete,${SCORE}`;
      return isWhole ? [] : [`${result_id}: events ${types.join(", ") || "none"}`];
    }),

  "a result was accepted by its receiver": ({ history, eventsOf, receiptsOf }: Index): string[] =>
    history.rows.results.flatMap(({ session_id, result_id }) => {
      const event = (eventsOf.get(session_id) ?? []).find(({ type }) => type === SCORE);
      const receipts = event === undefined ? [] : (receiptsOf.get(event.event_id) ?? []);
      return receipts.some(({ answered }) => answered === 200) ? [] : [`${result_id}: never answered with 200`];
    }),

  "an event always goes out with the same bytes": ({ events, receiptsOf }: Index): string[] =>
    [...receiptsOf].flatMap(([id, receipts]) => {
      const bodies = new Set(receipts.map(({ body }) => body));
      const recorded = events.get(id)?.body;
      const isSame = bodies.size === 1 && (recorded === undefined || bodies.has(recorded ?? ""));
      return isSame ? [] : [`${id}: ${bodies.size} different bodies, or not the recorded one`];
    }),

  "an event never goes out under a second id": ({ history }: Index): string[] => {
    const ids = new Map<string, Set<string>>();
    for (const receipt of history.receipts) {
      const { uid, event } = readBody(receipt);
      const key = `${receipt.environmentId} ${uid} ${event}`;
      ids.set(key, (ids.get(key) ?? new Set()).add(idOf(receipt)));
    }
    return [...ids].flatMap(([key, of]) => (of.size === 1 ? [] : [`${key}: ${[...of].join(", ")}`]));
  },

  "a delivery is signed with keys that were valid": ({ history, lenders }: Index): string[] =>
    history.receipts.flatMap((receipt) => {
      const problem = signatureProblem(receipt, lenders.get(receipt.environmentId));
      return problem === null ? [] : [`${idOf(receipt)}: ${problem}`];
    }),

  "no delivery without its event and result": ({ history, events, resultsOf }: Index): string[] =>
    history.receipts.flatMap((receipt) => {
      const event = events.get(idOf(receipt));
      if (event === undefined) return [`${idOf(receipt)}: no such event`];
      const hasResult = (resultsOf.get(event.session_id ?? "")?.length ?? 0) > 0;
      return event.type !== SCORE || hasResult ? [] : [`${idOf(receipt)}: a score without a result`];
    }),

  "a uid goes to its own environment": ({ history, lenders, events }: Index): string[] =>
    history.receipts.flatMap((receipt) => {
      const { integrationId } = readBody(receipt);
      const owner = events.get(idOf(receipt))?.environment_id ?? receipt.environmentId;
      const isHome = lenders.get(receipt.environmentId)?.integrationId === integrationId;
      return isHome && owner === receipt.environmentId ? [] : [`${idOf(receipt)}: came to ${receipt.environmentId}`];
    }),

  "no attempt is recorded that the receiver did not see": ({ history, receiptsOf }: Index): string[] =>
    history.rows.deliveries.flatMap(({ delivery_id, event_id }) => {
      const receipts = receiptsOf.get(event_id) ?? [];
      const answered = history.rows.attempts.filter((row) => row.delivery_id === delivery_id && row.status !== null);
      return [...new Set(answered.map(({ status }) => status))].flatMap((status) => {
        const recorded = answered.filter((row) => row.status === status).length;
        const seen = receipts.filter((receipt) => receipt.answered === status).length;
        return recorded <= seen ? [] : [`${delivery_id}: ${recorded} attempts with ${status}, ${seen} seen`];
      });
    }),

  "what counts as delivered was accepted": ({ history, receiptsOf }: Index): string[] =>
    history.rows.deliveries.flatMap(({ delivery_id, event_id, state }) => {
      const isAccepted = (receiptsOf.get(event_id) ?? []).some(({ answered }) => answered === 200);
      return state !== "delivered" || isAccepted ? [] : [`${delivery_id}: delivered, yet never accepted`];
    }),

  "an outcome is recorded once": ({ history }: Index): string[] => {
    const now = new Map(history.rows.deliveries.map((row) => [row.delivery_id, row]));
    return history.seenDelivered.flatMap(({ delivery_id, delivered_at }) => {
      const row = now.get(delivery_id);
      const isUnchanged = row?.state === "delivered" && row.delivered_at === delivered_at;
      return isUnchanged ? [] : [`${delivery_id}: was delivered at ${delivered_at}, later changed`];
    });
  },

  "everything is delivered in the end": ({ history }: Index): string[] =>
    history.rows.deliveries.flatMap(({ delivery_id, state }) =>
      state === "delivered" ? [] : [`${delivery_id}: ${state}`],
    ),
} satisfies Record<string, (index: Index) => string[]>;

export type RuleName = keyof typeof RULES;

export const RULE_NAMES = Object.keys(RULES) as readonly RuleName[];

/** All rules over all of a run; empty when nothing was lost, doubled or mixed up. */
export function check(history: History): readonly Violation[] {
  const index = indexOf(history);
  return RULE_NAMES.flatMap((rule) => RULES[rule](index).map((what) => ({ rule, what })));
}

interface Index {
  readonly history: History;
  readonly lenders: ReadonlyMap<string, LenderFacts>;
  /** By environment and uid. */
  readonly sessions: ReadonlyMap<string, History["rows"]["sessions"][number]>;
  readonly resultsOf: ReadonlyMap<string, History["rows"]["results"]>;
  readonly events: ReadonlyMap<string, History["rows"]["events"][number]>;
  readonly eventsOf: ReadonlyMap<string, History["rows"]["events"]>;
  readonly receiptsOf: ReadonlyMap<string, readonly Receipt[]>;
}

function indexOf(history: History): Index {
  const { rows } = history;
  return {
    history,
    lenders: new Map(history.lenders.map((lender) => [lender.environmentId, lender])),
    sessions: new Map(rows.sessions.map((row) => [`${row.environment_id} ${row.uid}`, row])),
    resultsOf: grouped(rows.results, (row) => row.session_id),
    events: new Map(rows.events.map((row) => [row.event_id, row])),
    eventsOf: grouped(rows.events, (row) => row.session_id ?? ""),
    receiptsOf: grouped(history.receipts, idOf),
  };
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    groups.set(keyOf(item), group);
    group.push(item);
  }
  return groups;
}

function idOf({ headers }: Receipt): string {
  return String(headers["webhook-id"]);
}

interface Envelope {
  readonly uid: string;
  readonly event: string;
  readonly integrationId: string;
}

function readBody({ body }: Receipt): Envelope {
  const parsed = JSON.parse(body) as { uid: string; integration_id: string; event: { type: string } };
  return { uid: parsed.uid, event: parsed.event.type, integrationId: parsed.integration_id };
}

/** A key that ended is out of use in every process within this time. */
const ENDING_MS = 1_000;

/** Signed some time between the second that its worker wrote into it and its arrival: with what was in force then. */
function signatureProblem({ body, headers, atMs }: Receipt, lender: LenderFacts | undefined): string | null {
  const signedMs = Number(headers["webhook-timestamp"]) * 1000;
  const validThen = (credentials: readonly Credential[]): string[] =>
    credentials
      .filter(({ fromMs, untilMs }) => fromMs <= atMs && untilMs + ENDING_MS >= signedMs)
      .map(({ value }) => value);
  const apiKey = validThen(lender?.apiKeys ?? []);
  const secret = validThen(lender?.secrets ?? []);
  if (apiKey.length === 0 || secret.length === 0) return "no key was valid then";
  try {
    verifyWebhook({ body, headers, apiKey, secret, now: () => atMs });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
