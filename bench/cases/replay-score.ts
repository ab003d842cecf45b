import { createHash } from "node:crypto";
import { findModel, score } from "@tallystick/scoring";
import { digestTrials, findBattery, findTask, playTask, replay } from "@tallystick/tasks";
import { replayRun } from "../../apps/server/src/features/results/replay-run.ts";
import { quantile } from "../load.ts";

export interface Timed {
  readonly sessions: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

type Plan = Parameters<typeof replayRun>[0];
type Stored = Parameters<typeof replayRun>[1][number];

const NO_FACTS = { hiddenMs: 0, takeovers: 0, earlierRuns: 0, nearDuplicates: 0, webdriver: false, deviceClass: null };
const BATCH_SIZE = 20;

/** Replay, metrics, traits, score and data confidence of stored sessions, one by one on one thread. */
export function measureReplay(sessions: number): Timed {
  const battery = findBattery("standard-1");
  const model = battery === null ? null : findModel(battery.defaultModel);
  if (battery === null || model === null) throw new Error("no battery with a model");
  const plan: Plan = battery.tasks.map(({ key, version }) => {
    const definition = findTask(key, version);
    if (definition === null) throw new Error(`no task ${key}`);
    // Any task's parameters are a plain object; the registry forgets which.
    return { key, version, parameters: definition.spec.parameters as Readonly<Record<string, unknown>> };
  });
  const times = Array.from({ length: sessions }, (_, index) => {
    const stored = storedSession(plan, index);
    const started = performance.now();
    const run = replayRun(plan, stored, NO_FACTS);
    score({ model, battery, tasks: run.tasks, journey: run.journey });
    return performance.now() - started;
  });
  // The first tenth warms the compiler up: a server has run for longer than that.
  const warm = times.slice(Math.floor(sessions / 10));
  return { sessions: warm.length, medianMs: quantile(warm, 0.5), p99Ms: quantile(warm, 0.99) };
}

/** What the database would return for a finished session. */
function storedSession(plan: Plan, index: number): readonly Stored[] {
  return plan.flatMap(({ key, version, parameters }, taskIndex) => {
    const definition = findTask(key, version);
    if (definition === null) throw new Error(`no task ${key}`);
    const seed = hex(`seed-${index}-${taskIndex}`).slice(0, 32);
    const inputs = playTask(definition, "honest", {
      seed,
      parameters,
      personSeed: hex(`person-${index}`).slice(0, 32),
    });
    const shownDigest = digestTrials(replay(definition, { seed, parameters, inputs }).trials);
    return Array.from({ length: Math.ceil(inputs.length / BATCH_SIZE) }, (_, seq): Stored => {
      const body = JSON.stringify(inputs.slice(seq * BATCH_SIZE, (seq + 1) * BATCH_SIZE));
      return { taskIndex, attempt: 1, attemptState: "done", seed, shownDigest, seq, body, bodyHash: hex(body) };
    });
  });
}

function hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
