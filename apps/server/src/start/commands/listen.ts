import { TallystickApiError } from "@tallystick/client";
import { EVENT_TYPES } from "@tallystick/contract";

import { StartRefused } from "../../infra/start-refused.ts";
import { type CommandArgs, type CommandIo, type RemoteCommand, suggest, UsageError } from "../command.ts";
import { follow, type FeedEvent, type WholeEvent } from "./listen-feed.ts";
import { forward, type Forwarded, type Keys, sign, type Signed } from "./listen-forward.ts";

interface Wish extends Keys {
  readonly server: string;
  readonly forwardTo: string | null;
  /** Empty: every type. */
  readonly types: readonly string[];
  readonly fromStart: boolean;
  readonly json: boolean;
}

interface Tally {
  events: number;
  accepted: number;
}

export const listenCommand: RemoteCommand = {
  name: "listen",
  summary: "Show the Test events of a deployment as they happen, and hand them to a receiver on this machine",
  positionals: [],
  options: {
    server: { type: "string", value: "URL", description: "where Tallystick answers", required: true },
    "api-key": { type: "string", value: "KEY", description: "a Test key, ts_test_…", required: true },
    forward: { type: "string", value: "URL", description: "receiver that gets each event, signed like a webhook" },
    "webhook-secret": { type: "string", value: "SECRET", description: "whsec_…: sign with Standard Webhooks too" },
    types: { type: "string", value: "TYPES", description: "only these events, separated by commas" },
    "from-start": { type: "boolean", description: "begin with the oldest event, not with the next" },
  },
  example:
    "npx tallystick listen --server https://assess.lender.example --api-key ts_test_… --forward http://localhost:3000/hook",
  runRemote: async (args, io, stop) => {
    const wish = readWish(args);
    const tally: Tally = { events: 0, accepted: 0 };
    warnOfPlainHttp(wish.server, io);
    await follow({
      ...wish,
      stop,
      onEvent: (event) => handle(event, { wish, io, stop, tally }),
      onReady: (passedOver) => io.note(`Listening to ${wish.server}${passed(passedOver)}. Ctrl-C ends it.\n`),
      onTrouble: (error, waitMs) => io.note(`${explain(error)} Trying again in ${Math.ceil(waitMs / 1000)} s.\n`),
    }).catch((error: unknown) => {
      throw new StartRefused(explain(error));
    });
    const { events, accepted } = tally;
    const handedOn = wish.forwardTo === null ? "" : `, ${accepted} accepted by the receiver`;
    return {
      json: { ended: true, events, accepted: wish.forwardTo === null ? null : accepted },
      text: `${events} event${events === 1 ? "" : "s"}${handedOn}.\n`,
    };
  },
};

function readWish(args: CommandArgs): Wish {
  const apiKey = args.text("api-key") ?? "";
  if (!apiKey.startsWith("ts_test_")) {
    throw new UsageError(
      apiKey.startsWith("ts_live_")
        ? "A Production key is not taken: results of real people do not belong on a developer's machine. Use the Test key, ts_test_…"
        : "--api-key must be a Test key, ts_test_…",
    );
  }
  const webhookSecret = args.text("webhook-secret") ?? null;
  if (webhookSecret !== null && !/^whsec_[A-Za-z0-9+/]{22,}=*$/.test(webhookSecret)) {
    throw new UsageError("--webhook-secret must be the whsec_… secret of the environment");
  }
  const to = args.text("forward");
  return {
    server: httpUrl("server", args.text("server") ?? "").origin,
    apiKey,
    webhookSecret,
    forwardTo: to === undefined ? null : httpUrl("forward", to).href,
    types: readTypes(args.text("types")),
    fromStart: args.flag("from-start"),
    json: args.flag("json"),
  };
}

function httpUrl(option: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new UsageError(`--${option} must be an http or https URL`);
  if (url.username !== "" || url.password !== "") throw new UsageError(`--${option} must not contain credentials`);
  return url;
}

/** A type that is misspelled would be waited for in vain. */
function readTypes(text: string | undefined): readonly string[] {
  const types = (text ?? "").split(/[\s,]+/).filter((type) => type !== "");
  for (const type of types) {
    if ((EVENT_TYPES as readonly string[]).includes(type)) continue;
    const near = suggest(type, EVENT_TYPES);
    throw new UsageError(`There is no event ${type}${near === undefined ? "" : `; did you mean ${near}?`}`);
  }
  return types;
}

interface Surroundings {
  readonly wish: Wish;
  readonly io: CommandIo;
  readonly stop: AbortSignal;
  readonly tally: Tally;
}

async function handle({ body, ...event }: FeedEvent, { wish, io, stop, tally }: Surroundings): Promise<void> {
  if (wish.types.length > 0 && !wish.types.includes(event.type)) return;
  tally.events += 1;
  // Erased: there is nothing to sign and nothing to hand on.
  if (body === null)
    return io.out(wish.json ? line({ ...event, body }) : `${headOf(event)}\n  Its content was erased.\n\n`);
  const whole = { ...event, body };
  const signed = sign(whole, wish);
  if (!wish.json) io.out(eventText(whole, signed));
  const forwarded = wish.forwardTo === null ? null : await forward(wish.forwardTo, { ...whole, ...signed }, stop);
  if (forwarded?.status === 200) tally.accepted += 1;
  if (wish.json) io.out(line(eventJson(whole, signed, forwarded)));
  else if (forwarded !== null) io.out(`${forwardedText(forwarded)}\n\n`);
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

function headOf(event: Omit<FeedEvent, "body">): string {
  return `${new Date(event.created_at * 1000).toISOString()}  ${event.type}  ${event.event_id}`;
}

function eventJson(event: WholeEvent, { webhook }: Signed, forwarded: Forwarded | null): unknown {
  const { event_id, type, created_at, session_id, body } = event;
  const verified = typeof webhook !== "string";
  const answer =
    forwarded === null
      ? null
      : forwarded.status === null
        ? { status: null, error: forwarded.error }
        : { status: forwarded.status, duration_ms: forwarded.durationMs };
  const reason = typeof webhook === "string" ? webhook : null;
  return { event_id, type, created_at, session_id, body, verified, reason, forwarded: answer };
}

function eventText(event: WholeEvent, { webhook }: Signed): string {
  if (typeof webhook === "string") return `${headOf(event)}\n  Not a webhook body: ${webhook}\n${event.body}\n`;
  return `${headOf(event)}  ${webhook.uid}\n${JSON.stringify(JSON.parse(event.body), null, 2)}\n`;
}

function forwardedText(forwarded: Forwarded): string {
  if (forwarded.status === null) return `  → ${forwarded.error}`;
  const verdict = forwarded.status === 200 ? "accepted" : "not accepted: only 200 is, a real webhook would come again";
  return `  → ${forwarded.status} after ${forwarded.durationMs} ms, ${verdict}`;
}

function passed(count: number): string {
  if (count === 0) return "";
  return count === 1 ? ", after one earlier event" : `, after ${count} earlier events`;
}

function explain(error: unknown): string {
  if (error instanceof TallystickApiError && error.status === 200) {
    return "The server's answer is not a list of events.";
  }
  const text = error instanceof Error ? error.message : String(error);
  return text.endsWith(".") ? text : `${text}.`;
}

function warnOfPlainHttp(server: string, io: CommandIo): void {
  const { protocol, hostname } = new URL(server);
  const isHere = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  if (protocol === "http:" && !isHere)
    io.note("The key travels unencrypted: the server's address begins with http://.\n");
}
