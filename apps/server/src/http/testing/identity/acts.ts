import { JOURNEY_HEADER } from "@tallystick/contract";

import { expireDue } from "../../../features/sessions/expiry.ts";
import { inputsOf } from "../../../testing/journey.ts";
import { hashOf, post, runOf, type IdentityWorld, type Link, type Phone, type Side, type Slot } from "./world.ts";

/** Drawn numbers; each act takes of them what it needs, so that every sequence means something. */
export interface Act {
  readonly what: (typeof ACTS)[number];
  readonly side: number;
  /** The key that is sent; mostly the side's own. */
  readonly key: number;
  readonly uid: number;
  readonly phone: number;
  readonly pick: number;
  readonly byId: boolean;
}

export const ACTS = [
  "create",
  "follow",
  "play",
  "arrive",
  "complete",
  "finish",
  "stop",
  "decline",
  "cancel",
  "reopen",
  "status",
  "revoke link",
  "reissue link",
  "extend link",
  "expire",
  "finish elsewhere",
  "batch elsewhere",
  "stolen token",
] as const;

const UIDS = ["APP-1001", "app-1001", "APP-1001-2"];

/** Does it, and returns the one session it had a right to change; null: none. Throws when a wrong credential worked. */
export async function perform(world: IdentityWorld, act: Act): Promise<string | null> {
  const side = at(world.sides, act.side);
  const phone = at(world.phones, act.phone);
  const slots = [...world.slots.values()];
  switch (act.what) {
    case "create":
      return create(world, side, { key: at(world.sides, act.key), uid: at(UIDS, act.uid) });
    case "cancel":
    case "reopen":
    case "status":
      return manage(world, act, { key: at(world.sides, act.key), uid: at(UIDS, act.uid) });
    case "revoke link":
    case "reissue link":
    case "extend link":
      return manageLink(world, slots[act.pick % Math.max(1, slots.length)], { key: at(world.sides, act.key), act });
    case "expire":
      return expire(world, slots[act.pick % Math.max(1, slots.length)]);
    case "follow":
      await follow(world, phone, world.links[act.pick % Math.max(1, world.links.length)]);
      return null;
    case "play":
      return play(world, phone);
    case "arrive":
      await follow(world, phone, world.links[act.pick % Math.max(1, world.links.length)]);
      return play(world, phone);
    case "complete":
      await follow(world, phone, world.links[act.pick % Math.max(1, world.links.length)]);
      await play(world, phone);
      return page(phone, { call: "finish", sessionId: phone.sessionId });
    case "decline":
    case "stop":
    case "finish":
      return page(phone, { call: act.what, sessionId: phone.sessionId });
    case "finish elsewhere":
      return page(phone, { call: "finish", sessionId: otherThan(slots, phone.sessionId, act.pick) });
    case "batch elsewhere":
      return batchElsewhere(world, phone, otherThan(slots, phone.sessionId, act.pick));
    case "stolen token":
      return stolen(phone, { from: at(world.phones, act.phone + 1), pick: act.pick });
  }
}

function at<T>(list: readonly T[], index: number): T {
  // The lists are never empty.
  return list[index % list.length] as T;
}

function otherThan(slots: readonly Slot[], sessionId: string, pick: number): string {
  const others = slots.filter((slot) => slot.sessionId !== sessionId);
  return others[pick % Math.max(1, others.length)]?.sessionId ?? sessionId;
}

interface Asked {
  readonly key: Side;
  readonly uid: string;
}

async function create(world: IdentityWorld, side: Side, { key, uid }: Asked): Promise<string | null> {
  const body = { uid, integration_id: side.integrationId };
  const answer = await post(world, "sessions-management/tokens", { apiKey: key.apiKey, body });
  if (key !== side) {
    if (answer.status !== 403) throw new Error(`the key of ${key.name} created in ${side.name}`);
    return null;
  }
  const place = `${side.integrationId} ${uid}`;
  const known = world.slots.get(place);
  if (answer.status !== 200) return null;
  const created = answer.body as { readonly session_id: string; readonly link: string; readonly access_token: string };
  if (known && known.sessionId !== created.session_id) throw new Error("one uid of one environment has two sessions");
  const slot = known ?? { side, uid, sessionId: created.session_id };
  world.slots.set(place, slot);
  world.links.push({ slot, path: created.link.slice(created.link.indexOf("/a/")) });
  world.links.push({ slot, path: `/psychometrics/${created.access_token}` });
  return slot.sessionId;
}

async function manage(world: IdentityWorld, act: Act, { key, uid }: Asked): Promise<string | null> {
  const slots = [...world.slots.values()];
  const named = slots[act.pick % Math.max(1, slots.length)];
  if (act.byId && named !== undefined) {
    const answer = await post(world, `sessions-management/${act.what}`, {
      apiKey: key.apiKey,
      body: { session_id: named.sessionId },
    });
    if (named.side === key) return named.sessionId;
    if (answer.status !== 404) throw new Error(`the key of ${key.name} found a session of ${named.side.name}`);
    return null;
  }
  const answer = await post(world, `sessions-management/${act.what}`, { apiKey: key.apiKey, body: { uid } });
  const mine = world.slots.get(`${key.integrationId} ${uid}`);
  if (mine === undefined && answer.status !== 404) throw new Error("a uid was found that this environment never had");
  if (mine !== undefined && answer.status === 200 && answer.body["session_id"] !== mine.sessionId) {
    throw new Error("a uid led to the session of another environment");
  }
  return mine?.sessionId ?? null;
}

/** A link is named by its session's id in the address, and belongs to the environment of one key. */
async function manageLink(
  world: IdentityWorld,
  slot: Slot | undefined,
  { key, act }: { readonly key: Side; readonly act: Act },
): Promise<string | null> {
  if (slot === undefined) return null;
  const [verb = ""] = act.what.split(" ");
  const body = verb === "extend" ? { valid_until: Math.floor(Date.now() / 1000) + 86_400 } : {};
  const path = `links-management/links/${slot.sessionId}/${verb}`;
  const answer = await post(world, path, { apiKey: key.apiKey, body });
  if (slot.side !== key) {
    if (answer.status !== 404) throw new Error(`the key of ${key.name} found a link of ${slot.side.name}`);
    return null;
  }
  const { link } = answer.body;
  if (answer.status === 200 && typeof link === "string") {
    world.links.push({ slot, path: link.slice(link.indexOf("/a/")) });
  }
  return slot.sessionId;
}

/** Time passes for one session, and the sweep comes by. */
async function expire(world: IdentityWorld, slot: Slot | undefined): Promise<string | null> {
  if (slot === undefined) return null;
  const { companyId } = slot.side;
  await world.lender.deps.db.query(
    `UPDATE sessions SET expires_at = now() - interval '11 minutes' WHERE company_id = $1 AND session_id = $2
        AND state IN ('created', 'opened', 'in_progress')`,
    [companyId, slot.sessionId],
  );
  await expireDue(world.lender.deps, companyId, 100);
  return slot.sessionId;
}

async function follow(world: IdentityWorld, phone: Phone, link: Link | undefined): Promise<void> {
  if (link === undefined) return;
  const before = await runOf(world, link.slot);
  const { status } = await phone.follow(link.path);
  if (status !== 303) return;
  if (phone.sessionId !== link.slot.sessionId) throw new Error("a link led to another session than it was made for");
  phone.handedOver.add(`${link.slot.sessionId} ${before}`);
}

/** Opens, agrees and plays what is granted; the finish is an act of its own, so that others can come between. */
async function play(world: IdentityWorld, phone: Phone): Promise<string | null> {
  if (phone.sessionId === "" || (await phone.open()).status !== 200) return null;
  await phone.consent();
  while (phone.journey?.state === "in_progress" && phone.journey.grants.length > 0) {
    const grant = phone.grant();
    const inputs = inputsOf(grant);
    const answer = await phone.batch({ grant, seq: 0, inputs });
    if (answer.status === 200) await acknowledge(world, phone, { sessionId: phone.sessionId, inputs });
    if ((await phone.taskDone(0)).status !== 200) break;
  }
  return phone.sessionId;
}

/** An acknowledged batch must have come from a phone that was handed over to that very session and run. */
async function acknowledge(
  world: IdentityWorld,
  phone: Phone,
  sent: { readonly sessionId: string; readonly inputs: readonly object[] },
): Promise<void> {
  const { run } = phone.position;
  if (!phone.handedOver.has(`${sent.sessionId} ${run}`)) throw new Error("inputs were taken from a foreign phone");
  const hash = hashOf(JSON.stringify(sent.inputs));
  world.acknowledged.set(hash, (world.acknowledged.get(hash) ?? new Set()).add(`${sent.sessionId} ${run}`));
}

async function page(
  phone: Phone,
  { call, sessionId }: { readonly call: "finish" | "stop" | "decline"; readonly sessionId: string },
): Promise<string | null> {
  if (phone.journey === null || sessionId === "") return null;
  const answer = await (call === "decline"
    ? phone.post(
        "consent",
        { ...phone.position, decision: "declined", text_version: "1", language: "en" },
        { sessionId },
      )
    : phone.post(call, { ...phone.position, tasks: [] }, { sessionId }));
  const mayAct = phone.handedOver.has(`${sessionId} ${phone.position.run}`);
  if (answer.status === 200 && !mayAct) throw new Error(`${call} worked on a session this phone was never handed`);
  return mayAct ? sessionId : null;
}

/** What was played for one journey is sent to another's address. */
async function batchElsewhere(world: IdentityWorld, phone: Phone, sessionId: string): Promise<string | null> {
  const grant = phone.journey?.grants[0];
  if (grant === undefined || sessionId === "") return null;
  const { task_index, attempt } = grant;
  const inputs = inputsOf(grant);
  const body = { ...phone.position, task_index, attempt, seq: 0, inputs };
  const answer = await phone.post("batches", body, { sessionId });
  if (answer.status === 200) await acknowledge(world, phone, { sessionId, inputs });
  return phone.handedOver.has(`${sessionId} ${phone.position.run}`) ? sessionId : null;
}

/** Another phone's journey token in the header, at the address of this phone's journey. */
async function stolen(
  phone: Phone,
  { from, pick }: { readonly from: Phone; readonly pick: number },
): Promise<string | null> {
  if (phone.journey === null || from.journeyToken === "" || from.sessionId === phone.sessionId) return null;
  const call = pick % 2 === 0 ? "finish" : "stop";
  const headers = { [JOURNEY_HEADER]: from.journeyToken };
  const answer = await phone.post(call, { ...phone.position, tasks: [] }, { headers });
  if (answer.status < 400) throw new Error("a token of another session was taken");
  return null;
}
