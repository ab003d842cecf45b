import { setTimeout as pause } from "node:timers/promises";

import type { Queryable } from "../../../infra/database.ts";
import { type AttemptRow, type ClosedLease, recordAttempts } from "./store.ts";

const MAX_BATCH = 256;
// A statement and its commit cost as much as twenty of its rows. After one that carried so many, more are on their way.
const BUSY_BATCH = 8;
const GATHER_MS = 10;

interface Waiting {
  readonly row: AttemptRow;
  readonly resolve: (closed: ClosedLease | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes outcomes one statement at a time. The first goes at once; those that come while a statement is under way share
 * the next one, so that a busy dispatcher pays one commit for many attempts and a quiet one waits for nobody. A receiver
 * does not notice: its lane is free as soon as it has answered.
 */
export function createRecorder(db: Queryable): (row: AttemptRow) => Promise<ClosedLease | null> {
  let waiting: Waiting[] = [];
  let isWriting = false;

  async function drain(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH);
      waiting = waiting.slice(MAX_BATCH);
      await write(db, batch);
      if (batch.length >= BUSY_BATCH && waiting.length < MAX_BATCH) await pause(GATHER_MS);
    }
    isWriting = false;
  }
  return (row) =>
    new Promise((resolve, reject) => {
      waiting.push({ row, resolve, reject });
      if (!isWriting) void drain();
    });
}

/** Never rejects: each waiting caller learns its own outcome. */
async function write(db: Queryable, batch: readonly Waiting[]): Promise<void> {
  try {
    const rows = await recordAttempts(
      db,
      batch.map((waiting) => waiting.row),
    );
    const closed = new Map(rows.map((row) => [row.attempt_id, row]));
    for (const { row, resolve } of batch) resolve(closed.get(row.attempt_id) ?? null);
  } catch (error) {
    const [only, ...others] = batch;
    if (others.length === 0) return only?.reject(error);
    // One row may be at fault: each alone, so that it does not take the others with it.
    for (const one of batch) await write(db, [one]);
  }
}
