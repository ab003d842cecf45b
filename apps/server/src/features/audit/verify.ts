import type { Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { chainHash, entryHash, GENESIS } from "./chain.ts";
import * as store from "./verify-store.ts";

/** A place in the chain that somebody can write down and hold against it later. */
export interface ChainHead {
  /** 0: before the first entry. */
  readonly seq: number;
  /** 64 hex characters. */
  readonly hash: string;
}

export type ProblemKind =
  | "entry_changed"
  | "entry_missing"
  | "entry_unsealed"
  | "seal_missing"
  | "order_changed"
  | "end_missing"
  | "checkpoint_untold"
  | "kept_head_differs";

export interface ChainProblem {
  readonly kind: ProblemKind;
  /** Place in the chain; null for an entry that stands in none. */
  readonly seq: number | null;
  readonly auditId: string | null;
  readonly text: string;
}

export interface ChainReport {
  readonly companyId: string;
  readonly ok: boolean;
  /** The first thing that is wrong; what comes after it can not be judged. */
  readonly problem: ChainProblem | null;
  /** Entries whose hashes were calculated anew and fit. */
  readonly verified: number;
  readonly head: ChainHead;
  /** Where the chain begins after retention removed its oldest entries; null: at the first entry. */
  readonly checkpoint: ChainHead | null;
  /** Recorded and not yet sealed. */
  readonly waiting: number;
  /** Things to look at that break nothing. */
  readonly notices: readonly string[];
}

const PAGE = 2000;
const SEALER_LATE_SECONDS = 60;

/** Reads the whole chain in one view and calculates every hash anew. `expect`: a head that was kept elsewhere. */
export function verifyChain(
  deps: Deps,
  companyId: string,
  options: { readonly expect?: ChainHead } = {},
): Promise<ChainReport> {
  return deps.db.transaction(async (tx) => {
    await store.freezeView(tx);
    const checkpoint = await store.selectCheckpoint(tx, companyId);
    const head = (await store.selectHead(tx, companyId)) ?? { seq: 0, hash: GENESIS };
    const waiting = await store.selectWaiting(tx, companyId);
    const start = checkpoint === null ? { seq: 0, hash: GENESIS } : { seq: checkpoint.seq, hash: checkpoint.hash };
    const walk = await walkChain(tx, companyId, start);
    const problem =
      walk.problem ??
      checkEnd(walk.end, head) ??
      checkCheckpoint(checkpoint) ??
      (await checkStrays(tx, companyId)) ??
      (options.expect === undefined ? null : await checkKept(tx, companyId, { kept: options.expect, start, head }));
    return {
      companyId,
      ok: problem === null,
      problem,
      verified: walk.verified,
      head,
      checkpoint: checkpoint && start,
      waiting: waiting.entries,
      notices: notices(waiting),
    };
  });
}

interface Walk {
  readonly verified: number;
  readonly end: ChainHead;
  readonly problem: ChainProblem | null;
}

async function walkChain(tx: Transaction, companyId: string, start: ChainHead): Promise<Walk> {
  let end = start;
  let verified = 0;
  for (;;) {
    const rows = await store.selectChain(tx, companyId, { after: end.seq, limit: PAGE });
    for (const row of rows) {
      const problem = checkRow(row, end);
      if (problem !== null) return { verified, end, problem };
      end = { seq: row.seq, hash: row.chainHash };
      verified += 1;
    }
    if (rows.length < PAGE) return { verified, end, problem: null };
  }
}

function checkRow(row: store.ChainRow, before: ChainHead): ChainProblem | null {
  const { seq, sealedId: auditId } = row;
  if (seq !== before.seq + 1) {
    const gone = seq - before.seq - 1;
    return {
      kind: "seal_missing",
      seq: before.seq + 1,
      auditId: null,
      text: `${gone === 1 ? "The seal" : `${gone} seals`} from number ${before.seq + 1} on ${gone === 1 ? "is" : "are"} missing.`,
    };
  }
  if (!row.hasEntry) {
    return { kind: "entry_missing", seq, auditId, text: `Entry ${auditId}, sealed as number ${seq}, was deleted.` };
  }
  if (entryHash(row.entry) !== row.entryHash) {
    return {
      kind: "entry_changed",
      seq,
      auditId,
      text: `Entry ${auditId}, number ${seq}, was changed after it had been sealed: its content does not fit its hash.`,
    };
  }
  if (chainHash(before.hash, row.entryHash) !== row.chainHash) {
    return {
      kind: "order_changed",
      seq,
      auditId,
      text: `The seal of number ${seq} does not follow from number ${before.seq}: entries were put in, taken out or moved here.`,
    };
  }
  return null;
}

function checkEnd(end: ChainHead, head: ChainHead): ChainProblem | null {
  if (end.seq === head.seq && end.hash === head.hash) return null;
  const text =
    end.seq < head.seq
      ? `The chain ends at number ${end.seq}, but its head says ${head.seq}: the newest seals were removed.`
      : `The chain ends at number ${end.seq} with another hash than its head (number ${head.seq}) says.`;
  return { kind: "end_missing", seq: end.seq + 1, auditId: null, text };
}

function checkCheckpoint(checkpoint: store.CheckpointRow | null): ChainProblem | null {
  if (checkpoint === null || checkpoint.isTold) return null;
  return {
    kind: "checkpoint_untold",
    seq: checkpoint.seq,
    auditId: null,
    text: `The entries up to number ${checkpoint.seq} are gone, and no entry of the log says that retention removed them.`,
  };
}

async function checkStrays(tx: Transaction, companyId: string): Promise<ChainProblem | null> {
  const stray = await store.selectStray(tx, companyId);
  if (stray === null) return null;
  return {
    kind: "entry_unsealed",
    seq: null,
    auditId: stray.auditId,
    text: `Entry ${stray.auditId} (${stray.action}, ${stray.at.toISOString()}) stands in no seal and does not wait for one: it was put in, or its seal was removed.`,
  };
}

async function checkKept(
  tx: Transaction,
  companyId: string,
  heads: { readonly kept: ChainHead; readonly start: ChainHead; readonly head: ChainHead },
): Promise<ChainProblem | null> {
  const { kept, start, head } = heads;
  const problem = (text: string): ChainProblem => ({ kind: "kept_head_differs", seq: kept.seq, auditId: null, text });
  if (kept.seq > head.seq) {
    return problem(`The head you kept is number ${kept.seq}, but the chain ends at ${head.seq}: entries were removed.`);
  }
  if (kept.seq < start.seq) {
    return problem(
      `The head you kept is number ${kept.seq}; retention has removed the entries up to ${start.seq}, so it can not be compared any more. Keep a newer head.`,
    );
  }
  const found = kept.seq === start.seq ? start.hash : await store.selectSealHash(tx, companyId, kept.seq);
  if (found === kept.hash) return null;
  return problem(`Number ${kept.seq} has another hash than the head you kept: the log was rewritten up to there.`);
}

function notices(waiting: { readonly entries: number; readonly oldestSeconds: number }): readonly string[] {
  if (waiting.entries === 0 || waiting.oldestSeconds < SEALER_LATE_SECONDS) return [];
  const minutes = Math.floor(waiting.oldestSeconds / 60);
  return [
    `${waiting.entries} entries wait to be sealed, the oldest for ${minutes} minute${minutes === 1 ? "" : "s"}: no worker runs, or it fails (see its log).`,
  ];
}
