import { createHmac, randomBytes } from "node:crypto";

import { expect, test } from "vitest";

import { check, RULE_NAMES, type RuleName } from "./checker.ts";
import type { History, Receipt } from "./history.ts";

/** A history in which all is well; each rule must fail on a copy with one fault planted. */

const AT = 1_790_000_000_000;
const API_KEY = "ts_test_0000000000000000";
const SECRET = `whsec_${randomBytes(32).toString("base64")}`;
const ALWAYS = { fromMs: 0, untilMs: Number.POSITIVE_INFINITY };
const COMPLETE = "application.complete";
const SCORE = "psychometric_score.complete";

type Draft = { -readonly [Member in keyof History]: History[Member] };

function receiptOf(event: { readonly event_id: string; readonly body: string | null }, atMs = AT): Receipt {
  const body = event.body ?? "";
  const timestamp = String(Math.floor(atMs / 1000));
  const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
  const standard = createHmac("sha256", key).update(`${event.event_id}.${timestamp}.${body}`).digest("base64");
  const headers = {
    "webhook-id": event.event_id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${standard}`,
    "x-signature": createHmac("sha512", API_KEY).update(body).digest("hex"),
  };
  return { environmentId: "env_1", atMs, headers, body, answered: 200 };
}

function eventOf(number: number, type: string): History["rows"]["events"][number] {
  const body = JSON.stringify({ uid: `APP-${number}`, integration_id: "int_1", event: { type, details: {} } });
  const id = `evt_${number}_${type === SCORE ? "score" : "complete"}`;
  return { event_id: id, environment_id: "env_1", session_id: `ses_${number}`, type, body };
}

const numbers = [1, 2];
const events = numbers.flatMap((number) => [eventOf(number, COMPLETE), eventOf(number, SCORE)]);

function healthy(): Draft {
  return {
    lenders: [
      {
        environmentId: "env_1",
        integrationId: "int_1",
        apiKeys: [{ value: API_KEY, ...ALWAYS }],
        secrets: [{ value: SECRET, ...ALWAYS }],
      },
      { environmentId: "env_2", integrationId: "int_2", apiKeys: [], secrets: [] },
    ],
    acknowledged: numbers.map((number) => ({
      uid: `APP-${number}`,
      environmentId: "env_1",
      kind: number === 1 ? "finish" : "simulated",
      atMs: AT,
    })),
    receipts: events.map((event) => receiptOf(event)),
    rows: {
      sessions: numbers.map((number) => ({
        session_id: `ses_${number}`,
        environment_id: "env_1",
        uid: `APP-${number}`,
        state: "completed",
      })),
      results: numbers.map((number) => ({ session_id: `ses_${number}`, result_id: `res_${number}` })),
      events,
      deliveries: events.map(({ event_id }) => ({
        delivery_id: `del_${event_id}`,
        event_id,
        state: "delivered",
        delivered_at: "2026-09-21 13:33:20+00",
      })),
      attempts: events.map(({ event_id }) => ({
        delivery_id: `del_${event_id}`,
        attempt_id: `att_${event_id}`,
        number: 1,
        status: 200,
      })),
    },
    seenDelivered: [{ delivery_id: "del_evt_1_score", delivered_at: "2026-09-21 13:33:20+00" }],
  };
}

function withRows(rows: Partial<History["rows"]>): Draft {
  const draft = healthy();
  return { ...draft, rows: { ...draft.rows, ...rows } };
}

/** The receipt of the first score, changed, in place of the sound one or (`beside`) after it. */
function withReceipt(change: Partial<Receipt>, beside = false): Draft {
  const draft = healthy();
  const sound = draft.receipts[1]!;
  const others = beside ? draft.receipts : draft.receipts.filter((receipt) => receipt !== sound);
  return { ...draft, receipts: [...others, { ...sound, ...change }] };
}

const { rows: ROWS, receipts: RECEIPTS } = healthy();
const changed = <T>(items: readonly T[], change: Partial<T>): T[] =>
  items.map((item, index) => (index === 1 ? { ...item, ...change } : item));

/** What breaks which rule. One fault may break several; the named one has to be among them. */
const PLANTED: readonly (readonly [rule: RuleName, what: string, history: History])[] = [
  [
    "an acknowledged finish has exactly one result",
    "two results",
    withRows({ results: [...ROWS.results, { session_id: "ses_1", result_id: "res_3" }] }),
  ],
  ["an acknowledged finish has exactly one result", "no result", withRows({ results: ROWS.results.slice(1) })],
  ["nothing acknowledged is missing", "the session is gone", withRows({ sessions: ROWS.sessions.slice(1) })],
  [
    "nothing acknowledged is missing",
    "the session goes on",
    withRows({ sessions: changed(ROWS.sessions, { state: "in_progress" }) }),
  ],
  ["a result has both of its events", "one is missing", withRows({ events: ROWS.events.slice(1) })],
  [
    "a result has both of its events",
    "one is doubled",
    withRows({ events: [...ROWS.events, { ...ROWS.events[1]!, event_id: "evt_9" }] }),
  ],
  ["a result was accepted by its receiver", "it only ever refused", withReceipt({ answered: 500 })],
  [
    "a result was accepted by its receiver",
    "it never came",
    { ...healthy(), receipts: RECEIPTS.filter((_, index) => index !== 1) },
  ],
  [
    "an event always goes out with the same bytes",
    "a blank more",
    withReceipt({ body: `${RECEIPTS[1]!.body} ` }, true),
  ],
  [
    "an event always goes out with the same bytes",
    "not the recorded ones",
    withRows({ events: changed(ROWS.events, { body: "{}" }) }),
  ],
  [
    "an event never goes out under a second id",
    "sent again with a new id",
    withReceipt({ headers: { ...RECEIPTS[1]!.headers, "webhook-id": "evt_9" } }, true),
  ],
  [
    "a delivery is signed with keys that were valid",
    "another key",
    withReceipt({ headers: { ...RECEIPTS[1]!.headers, "x-signature": "0".repeat(128) } }),
  ],
  [
    "a delivery is signed with keys that were valid",
    "a signed time that is an hour off",
    withReceipt({ atMs: AT + 3_600_000 }),
  ],
  [
    "a delivery is signed with keys that were valid",
    "a key that had ended",
    {
      ...healthy(),
      lenders: changed([...healthy().lenders].toReversed(), {
        apiKeys: [{ value: API_KEY, fromMs: 0, untilMs: AT - 1_001 }],
      }),
    },
  ],
  [
    "a delivery is signed with keys that were valid",
    "a secret that was made later",
    {
      ...healthy(),
      lenders: changed([...healthy().lenders].toReversed(), {
        secrets: [{ value: SECRET, fromMs: AT + 1, untilMs: Number.POSITIVE_INFINITY }],
      }),
    },
  ],
  ["no delivery without its event and result", "no event", withRows({ events: ROWS.events.slice(0, 3) })],
  ["no delivery without its event and result", "no result", withRows({ results: ROWS.results.slice(0, 1) })],
  ["a uid goes to its own environment", "it came to another's receiver", withReceipt({ environmentId: "env_2" }, true)],
  [
    "a uid goes to its own environment",
    "the event belongs to another",
    withRows({ events: changed(ROWS.events, { environment_id: "env_2" }) }),
  ],
  [
    "no attempt is recorded that the receiver did not see",
    "one more than seen",
    withRows({ attempts: [...ROWS.attempts, { ...ROWS.attempts[1]!, attempt_id: "att_9" }] }),
  ],
  [
    "no attempt is recorded that the receiver did not see",
    "a status that was never given",
    withRows({ attempts: changed(ROWS.attempts, { status: 503 }) }),
  ],
  ["what counts as delivered was accepted", "it was refused", withReceipt({ answered: 500 })],
  [
    "an outcome is recorded once",
    "delivered a second time",
    withRows({ deliveries: changed(ROWS.deliveries, { delivered_at: "2026-09-21 13:34:00+00" }) }),
  ],
  [
    "an outcome is recorded once",
    "delivered, then pending",
    withRows({ deliveries: changed(ROWS.deliveries, { state: "pending", delivered_at: null }) }),
  ],
  [
    "everything is delivered in the end",
    "one is dead",
    withRows({ deliveries: changed(ROWS.deliveries, { state: "dead" }) }),
  ],
];

test("a history in which all is well breaks no rule", () => {
  expect(check(healthy())).toEqual([]);
});

test("repetitions after an answer that was lost break no rule", () => {
  const history = withReceipt({ answered: null }, true);
  const attempts = [
    ...history.rows.attempts,
    { delivery_id: "del_evt_1_score", attempt_id: "att_9", number: 1, status: null },
  ];
  expect(check({ ...history, rows: { ...history.rows, attempts } })).toEqual([]);
});

test("a delivery signed in the last second of its key breaks no rule, however long it was on its way", () => {
  const [first, second] = healthy().lenders;
  const apiKeys = [{ value: API_KEY, fromMs: 0, untilMs: AT - 1_000 }];
  const late = RECEIPTS.map((receipt) => ({ ...receipt, atMs: AT + 60_000 }));
  expect(check({ ...healthy(), lenders: [{ ...first!, apiKeys }, second!], receipts: late })).toEqual([]);
});

test.each(PLANTED)("%s: %s is found", (rule, _what, history) => {
  expect(check(history).map((violation) => violation.rule)).toContain(rule);
});

test("every rule has a planted violation", () => {
  expect(RULE_NAMES.filter((rule) => !PLANTED.some(([planted]) => planted === rule))).toEqual([]);
});
