/**
 * Replays every golden recording in the engine that runs this file and compares the outcome to the last digit.
 * Node 24 runs it as it is: `node tools/replay-golden.ts`; Node 20: `npx tsx tools/replay-golden.ts`.
 * `--record` writes recordings that do not exist yet; existing ones are never rewritten (released versions are fixed).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type GoldenRecording, replayGolden } from "../packages/tasks/src/golden.ts";
import type { AnyTaskDefinition, PlayerName, TaskInput } from "../packages/tasks/src/index.ts";
import { playTask, tasks } from "../packages/tasks/src/index.ts";

const RECORDED: readonly PlayerName[] = ["honest", "random", "interrupted", "accessible"];

function folder(definition: AnyTaskDefinition): string {
  const { key, version } = definition.spec;
  return fileURLToPath(new URL(`../packages/tasks/src/${key}/v${version}/golden/`, import.meta.url));
}

/** Between the real inputs stand ones that must be refused: too early, out of order, of another task, garbage. */
function disturb(inputs: readonly TaskInput[]): TaskInput[] {
  return inputs.flatMap((input, index): TaskInput[] => {
    const { n, at, ...rest } = input;
    if (index % 7 === 2) return [{ ...rest, n, at, kind: "timeout" }, input];
    if (index % 7 === 4) return [input, { ...rest, n, at }];
    if (index % 7 === 6)
      return [{ n, at, kind: "press", stimulus: "nowhere", choice: "up" }, input, { ...rest, n: n + 1, at: -1 }];
    return [input];
  });
}

function record(definition: AnyTaskDefinition): void {
  mkdirSync(folder(definition), { recursive: true });
  RECORDED.forEach((player, index) => {
    const path = `${folder(definition)}${player}.json`;
    if (existsSync(path)) return;
    const seed = `7a11e571c${index}00000000000000000000c0`.slice(0, 32);
    const played = playTask(definition, player, { seed, personSeed: `9e0${index}0000000000000000000000000001` });
    const { key: task, version, parameters } = definition.spec;
    const recording = {
      task,
      version,
      player,
      seed,
      parameters,
      inputs: player === "random" ? disturb(played) : played,
    };
    writeFileSync(path, `${JSON.stringify({ ...recording, expected: replayGolden(recording) })}\n`);
    console.log(`recorded ${task} v${version} ${player}`);
  });
}

function check(definition: AnyTaskDefinition): number {
  const names = readdirSync(folder(definition)).filter((name) => name.endsWith(".json"));
  const wrong = names.filter((name) => {
    const recording = JSON.parse(readFileSync(folder(definition) + name, "utf8")) as GoldenRecording;
    return JSON.stringify(replayGolden(recording)) !== JSON.stringify(recording.expected);
  });
  const { key, version } = definition.spec;
  console.log(`${key} v${version}: ${names.length - wrong.length} of ${names.length} equal ${wrong.join(" ")}`);
  return wrong.length + (names.length === 0 ? 1 : 0);
}

if (process.argv.includes("--record")) tasks.forEach(record);
const failures = tasks.reduce((sum, definition) => sum + check(definition), 0);
process.exitCode = failures === 0 ? 0 : 1;
