import { DELIVERY_STATES, EVENT_TYPES, type Delivery, type DeliveryDetail, type EventType } from "@tallystick/contract";

import { resolveCompany } from "../../features/companies/service.ts";
import { listEndpointNotices } from "../../features/endpoints/service.ts";
import { listDeliveries, sendSampleWebhook, showDelivery } from "../../features/webhooks/service.ts";
import { UsageError, type Command, type CommandArgs } from "../command.ts";
import { COMPANY_OPTION } from "./deployment.ts";
import { readNumber, readTime } from "./read-options.ts";
import { table } from "./table.ts";
import { replayCommands } from "./webhook-replay.ts";
import { accessOf, PLACE_OPTIONS, placeOfDelivery, webhookPlace } from "./webhook-place.ts";

const PAGE = {
  limit: { type: "string", value: "N", description: "at most so many, 1 to 1000; default 50" },
  after: { type: "string", value: "CURSOR", description: "`next` of the page before" },
} as const;

const log: Command = {
  name: "webhook log",
  summary: "List what became of webhooks, newest first",
  positionals: [],
  options: {
    ...PLACE_OPTIONS,
    state: { type: "string", value: "STATE", description: "pending, held, delivered or dead" },
    type: { type: "string", value: "EVENT", description: "only events of this type" },
    session: { type: "string", value: "ID", description: "only of this session" },
    uid: { type: "string", value: "UID", description: "only of this uid" },
    from: { type: "string", value: "TIME", description: "written at this time or later" },
    to: { type: "string", value: "TIME", description: "written before this time" },
    ...PAGE,
  },
  example: "npx tallystick webhook log --env production --state dead",
  run: async (deps, args) => {
    const filter = {
      state: readWord(args, "state", DELIVERY_STATES),
      type: readWord(args, "type", EVENT_TYPES),
      sessionId: args.text("session"),
      uid: args.text("uid"),
      from: readTime(args, "from"),
      to: readTime(args, "to"),
    };
    const page = {
      filter,
      limit: readNumber(args, "limit", { least: 1, most: 1000 }) ?? 50,
      after: args.text("after"),
    };
    const found = await listDeliveries(deps, await webhookPlace(deps, args), page);
    const more = found.next === null ? "" : `More: --after ${found.next}\n`;
    return { json: found, text: deliveryTable(found.items) + more };
  },
};

const show: Command = {
  name: "webhook show",
  summary: "Show one delivery: what was sent, each attempt and its answer",
  positionals: ["DELIVERY"],
  options: { company: COMPANY_OPTION },
  example: "npx tallystick webhook show dlv_01k9zq0000000000000000000a",
  run: async (deps, args) => {
    const [deliveryId = ""] = args.positionals;
    const found = await showDelivery(deps, await placeOfDelivery(deps, args, deliveryId), deliveryId);
    return { json: found, text: deliveryText(found) };
  },
};

const sample: Command = {
  name: "webhook sample",
  summary: "Send a signed example of an event to the webhook URL; exit code 1 unless it is answered with 200",
  positionals: [],
  options: {
    type: { type: "string", value: "EVENT", description: EVENT_TYPES.join(", "), required: true },
    ...PLACE_OPTIONS,
  },
  example: "npx tallystick webhook sample --type application.expired --env test",
  run: async (deps, args) => {
    const type: EventType | undefined = readWord(args, "type", EVENT_TYPES);
    if (type === undefined) throw new UsageError("--type is missing");
    const answer = await sendSampleWebhook(deps, await accessOf(deps, await webhookPlace(deps, args)), type);
    const { detail } = answer.body;
    const text =
      typeof detail === "string"
        ? detail
        : `The receiver answered ${detail.webhook_receiver_status_code}: ${detail.webhook_receiver_body_content}`;
    return { json: answer, text: `${text}\n`, exitCode: answer.status === 200 ? 0 : 1 };
  },
};

const notices: Command = {
  name: "webhook notices",
  summary: "List what admins were told about webhook endpoints, newest first",
  positionals: [],
  options: { company: COMPANY_OPTION, ...PAGE },
  example: "npx tallystick webhook notices",
  run: async (deps, args) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const limit = readNumber(args, "limit", { least: 1, most: 1000 }) ?? 50;
    const found = await listEndpointNotices(deps, companyId, { limit, after: args.text("after") });
    const rows = found.items.map((notice) => [
      timeText(notice.at),
      notice.kind,
      notice.deployment,
      notice.environment,
      notice.host ?? "",
    ]);
    return { json: found, text: table(["AT (UTC)", "NOTICE", "DEPLOYMENT", "ENV", "HOST"], rows, "No notices.") };
  },
};

/** One of the words an option takes; undefined when it was not given. Throws UsageError. */
function readWord<Word extends string>(args: CommandArgs, option: string, words: readonly Word[]): Word | undefined {
  const given = args.text(option);
  if (given === undefined) return undefined;
  const word = words.find((candidate) => candidate === given);
  if (word === undefined) throw new UsageError(`--${option} takes ${words.join(", ")}, not "${given}"`);
  return word;
}

function deliveryTable(items: readonly Delivery[]): string {
  const rows = items.map((one) => [
    one.delivery_id,
    timeText(one.created_at),
    one.state,
    one.type,
    one.uid ?? "-",
    String(one.attempts),
    one.last_status === null ? (one.last_error ?? "") : String(one.last_status),
  ]);
  return table(
    ["DELIVERY", "WRITTEN (UTC)", "STATE", "EVENT", "UID", "ATTEMPTS", "LAST ANSWER"],
    rows,
    "No deliveries.",
  );
}

function deliveryText(found: DeliveryDetail): string {
  const next = found.next_attempt_at === null ? "" : `, next attempt ${timeText(found.next_attempt_at)} UTC`;
  const lines = [
    `${found.delivery_id}: ${found.type} of ${found.uid ?? "an erased person"}, ${found.state}${next}`,
    `  webhook-id ${found.event_id}`,
    ...(found.last_error === null ? [] : [`  ${found.last_error}`]),
    ...found.log.map((one) => {
      const answer =
        one.status === null ? (one.error ?? "no answer") : `${one.status} ${oneLine(one.answer_body ?? "")}`;
      return `  ${String(one.number).padStart(3)}. ${timeText(one.started_at)} ${one.host} (${one.duration_ms} ms): ${answer}`;
    }),
  ];
  return `${lines.join("\n").trimEnd()}\n${found.body === null ? "" : `\n${found.body}\n`}`;
}

/** A receiver's answer may hold anything, also what moves a terminal's cursor. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, " ")
    .slice(0, 200)
    .trim();
}

function timeText(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 16).replace("T", " ");
}

export const webhookCommands: readonly Command[] = [log, show, sample, ...replayCommands, notices];
