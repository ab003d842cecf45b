import { createHash } from "node:crypto";

import type { Journey, OpenRequest } from "@tallystick/contract";

import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { environmentById } from "../deployments/service.ts";
import { startClock, type SessionRow } from "../sessions/lifecycle.ts";
import { grantTasks, resumeAttempts } from "./attempts.ts";
import * as factsStore from "./facts-store.ts";
import { enter, journeyOf, refuseLate, refuseOtherEpoch, type Caller } from "./journey.ts";
import * as store from "./store.ts";

/**
 * The app's first call, and every reload: `created` becomes `opened`, the epoch rises, tasks resume at their start. The
 * same opening again is answered like the first and raises nothing; a copy of it that comes after a later opening is
 * told that the journey went on elsewhere, and takes nothing over.
 */
export async function openJourney(deps: Deps, caller: Caller, request: OpenRequest): Promise<Journey> {
  const { settings } = await environmentById(deps, caller.companyId, caller.environmentId);
  return deps.db.transaction(async (tx) => {
    const waiting = await enter(tx, caller, caller.run);
    refuseLate(waiting, caller);
    const earlier = await earlierEpoch(tx, waiting, request);
    if (earlier !== null) {
      refuseOtherEpoch(waiting, earlier);
      return journeyOf(waiting, waiting.state === "in_progress" ? await grantTasks(tx, deps, waiting) : [], settings);
    }
    // Of a link that waited: from now on its end is fixed.
    const before = await startClock(tx, waiting, settings.session_hours);
    await store.updateOpened(tx, before);
    const session: SessionRow = {
      ...before,
      state: before.state === "created" ? "opened" : before.state,
      openedAt: before.openedAt ?? before.at,
      epoch: before.epoch + 1,
    };
    await noteOpening(tx, deps, session, request);
    const attempts = session.state === "in_progress" ? await resumeAttempts(tx, deps, session) : [];
    return journeyOf(session, attempts, settings);
  });
}

async function earlierEpoch(tx: Transaction, session: SessionRow, { opening }: OpenRequest): Promise<number | null> {
  return opening === undefined ? null : factsStore.selectOpeningEpoch(tx, session, shortHash(opening));
}

/** Before consent a second look at the link is no take-over; neither is the same tab coming back. */
async function noteOpening(tx: Transaction, deps: Deps, session: SessionRow, request: OpenRequest): Promise<void> {
  const tab = shortHash(request.tab);
  const lastTab = await factsStore.selectLastTab(tx, session);
  const isOther = session.state === "in_progress" && lastTab !== tab;
  const kind = lastTab === null ? "opened" : isOther ? "taken_over" : "resumed";
  const opening = request.opening === undefined ? {} : { opening: shortHash(request.opening) };
  const details = { tab, ...opening, epoch: session.epoch, device: request.device };
  await factsStore.insertFact(tx, session, { factId: deps.ids.make("fct"), kind, details });
}

/** Names of tabs and openings are random values of the page; a hash is enough to know them again. */
function shortHash(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 16);
}
