import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Plan } from "./plan.ts";
import { type Part, playPart, type Results, STUDIES, STUDY_NAMES } from "./studies.ts";

/** About this many messages for each study: small enough that no process waits long for the last one. */
const PARTS = 120;

export interface Crew {
  readonly plan: Plan;
  readonly processes: number;
  /** Parts done, of all. */
  readonly onProgress: (done: number, all: number) => void;
  /** Ends the run: the promise is refused. */
  readonly signal: AbortSignal;
}

/** The studies in step with each other, so that the share that is done says how long the rest takes. */
function partsOf(plan: Plan): Part[] {
  const parts = STUDY_NAMES.flatMap((study) => {
    const size = STUDIES[study].size(plan);
    const step = Math.ceil(size / PARTS);
    return Array.from({ length: Math.ceil(size / step) }, (_, at) => ({
      study,
      from: at * step,
      to: Math.min(size, (at + 1) * step),
    }));
  });
  const place = ({ study, from }: Part): number => from / STUDIES[study].size(plan);
  return parts.toSorted((a, b) => place(a) - place(b));
}

/** Results in the order of the parts: who played them and when is not to be seen in them. */
function gather(parts: readonly Part[], played: readonly (readonly unknown[] | undefined)[]): Results {
  const byStudy = STUDY_NAMES.map((study) => [
    study,
    parts.flatMap((part, at) => (part.study === study ? (played[at] ?? []) : [])),
  ]);
  return Object.fromEntries(byStudy) as Results;
}

/** Plays a plan in this process. */
export function playHere(plan: Plan): Results {
  const parts = partsOf(plan);
  return gather(
    parts,
    parts.map((part) => playPart(part, plan)),
  );
}

/** Plays a plan in several processes of this program. */
export async function playTogether({ plan, processes, onProgress, signal }: Crew): Promise<Results> {
  const parts = partsOf(plan);
  const played: (readonly unknown[] | undefined)[] = [];
  const children = Array.from({ length: processes }, () => fork(fileURLToPath(new URL("worker.ts", import.meta.url))));
  let next = 0;
  let done = 0;
  const hand = (child: ChildProcess): void => {
    const part = parts[next];
    if (part === undefined) return;
    child.send({ at: next, part, plan });
    next += 1;
  };
  try {
    await new Promise<void>((resolve, reject) => {
      for (const child of children) {
        child.on("message", ({ at, results }: Answer) => {
          played[at] = results;
          done += 1;
          onProgress(done, parts.length);
          if (done === parts.length) resolve();
          else hand(child);
        });
        child.once("error", reject);
        child.once("exit", () => reject(new Error("a process of the validation ended before its time")));
        hand(child);
      }
      signal.addEventListener("abort", () => reject(new Error("interrupted")), { once: true });
    });
  } finally {
    for (const child of children) child.removeAllListeners("exit").kill();
  }
  return gather(parts, played);
}

export interface Task {
  /** Place among the parts. */
  readonly at: number;
  readonly part: Part;
  readonly plan: Plan;
}

export interface Answer {
  readonly at: number;
  readonly results: readonly unknown[];
}
