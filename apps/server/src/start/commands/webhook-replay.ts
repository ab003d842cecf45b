import { setTimeout as pause } from "node:timers/promises";

import type { Replay, ReplayWish } from "@tallystick/contract";

import { cliActor } from "../../features/audit/service.ts";
import { cancelReplay, continueReplay, listReplays, showReplay, startReplay } from "../../features/webhooks/service.ts";
import type { Deps } from "../../infra/deps.ts";
import { UsageError, type Command, type CommandAnswer, type CommandArgs, type CommandIo } from "../command.ts";
import { ENV_OPTION } from "./environment-option.ts";
import { readNumber, readTime } from "./read-options.ts";
import { table } from "./table.ts";
import { PLACE_OPTIONS, placeOfDelivery, webhookPlace, type WebhookPlace } from "./webhook-place.ts";

/** While the receiver takes what is queued, the command waits so long for progress; the server goes on by itself. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 500;

const replay: Command = {
  name: "webhook replay",
  summary: "Send webhooks again: one, all that are not delivered, or those of a time range",
  positionals: [],
  options: {
    delivery: { type: "string", value: "ID", description: "this one, also if it was delivered" },
    failed: { type: "boolean", description: "all that are dead, held or still waiting" },
    from: { type: "string", value: "TIME", description: "events recorded at this time or later and not delivered" },
    to: { type: "string", value: "TIME", description: "events recorded before this time; default now" },
    "include-delivered": { type: "boolean", description: "with --from: also what was delivered is sent once more" },
    ...PLACE_OPTIONS,
    env: { ...optional(ENV_OPTION), description: "which of the two; not needed with --delivery" },
  },
  example: "npx tallystick webhook replay --failed --env production",
  run: async (deps, args, io) => {
    const wish = readWish(args);
    const place =
      wish.delivery_id === undefined
        ? await webhookPlace(deps, args)
        : await placeOfDelivery(deps, args, wish.delivery_id);
    const started = await startReplay(deps, place, { wish, actor: cliActor(io.osUser) });
    return answerOf(await follow(deps, io, { place, replay: started }));
  },
};

const replays: Command = {
  name: "webhook replays",
  summary: "List replays and how far they are, newest first; or cancel one",
  positionals: [],
  options: {
    ...PLACE_OPTIONS,
    cancel: { type: "string", value: "REPLAY", description: "queue no more of this one" },
    limit: { type: "string", value: "N", description: "at most so many, 1 to 1000; default 50" },
    after: { type: "string", value: "CURSOR", description: "`next` of the page before" },
  },
  example: "npx tallystick webhook replays --env production",
  run: async (deps, args, io) => {
    const place = await webhookPlace(deps, args);
    const replayId = args.text("cancel");
    if (replayId !== undefined) {
      return answerOf(await cancelReplay(deps, place, { replayId, actor: cliActor(io.osUser) }));
    }
    const limit = readNumber(args, "limit", { least: 1, most: 1000 }) ?? 50;
    const found = await listReplays(deps, place, { limit, after: args.text("after") });
    const rows = found.items.map((one) => [
      one.replay_id,
      one.which,
      one.state,
      `${one.done} of ${one.total}`,
      String(one.queued),
      one.created_by,
    ]);
    return { json: found, text: table(["REPLAY", "WHICH", "STATE", "DONE", "QUEUED", "BY"], rows, "No replays.") };
  },
};

/** Works on it here, so that it also goes on without a server, and tells how far it is. */
async function follow(
  deps: Deps,
  io: CommandIo,
  { place, replay: started }: { readonly place: WebhookPlace; readonly replay: Replay },
): Promise<Replay> {
  const job = { ...place, replayId: started.replay_id };
  let seen = started;
  let movedAtMs = performance.now();
  while (seen.state === "running" && performance.now() - movedAtMs < PATIENCE_MS) {
    const step = await continueReplay(deps, job);
    const now = await showReplay(deps, place, started.replay_id);
    if (now.done !== seen.done) {
      movedAtMs = performance.now();
      io.note(`${now.done} of ${now.total} …\n`);
    }
    seen = now;
    if (step === "waits") await pause(PAUSE_MS);
  }
  return seen;
}

function readWish(args: CommandArgs): ReplayWish {
  const delivery = args.text("delivery");
  const [from, to] = [readTime(args, "from"), readTime(args, "to")];
  const isFailed = args.flag("failed");
  if ([delivery !== undefined, isFailed, from !== undefined].filter(Boolean).length !== 1) {
    throw new UsageError("Give one of --delivery ID, --failed and --from TIME");
  }
  if (from === undefined && (to !== undefined || args.flag("include-delivered"))) {
    throw new UsageError("--to and --include-delivered belong to --from");
  }
  if (delivery !== undefined) return { which: "delivery", delivery_id: delivery };
  if (from === undefined) return { which: "failed" };
  if (to !== undefined && to <= from) throw new UsageError("--to must be later than --from");
  return { which: "range", from, to, include_delivered: args.flag("include-delivered") };
}

function answerOf(found: Replay): CommandAnswer {
  const words = {
    running: "goes on in the background of the server; see: tallystick webhook replays",
    done: "is done",
    cancelled: "is cancelled",
  };
  const text = `${found.replay_id} ${words[found.state]}: ${found.done} of ${found.total} looked at, ${found.queued} queued.\n`;
  return { json: found, text };
}

function optional({ type, value = "" }: typeof ENV_OPTION) {
  return { type, value };
}

export const replayCommands: readonly Command[] = [replay, replays];
