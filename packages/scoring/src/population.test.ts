import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type AnyTaskDefinition,
  type Battery,
  findBattery,
  findTask,
  type PlayerName,
  playTask,
  replay,
  type SandboxPlayer,
  type TaskInput,
} from "@tallystick/tasks";
import { describe, expect, test } from "vitest";
import type { Calculated, ModelArtefact, ScoredTask } from "./contract.ts";
import { models } from "./models.ts";
import { score } from "./score.ts";
import { calmJourney } from "./testing/facts.ts";
import { wireCalculated } from "./wire.ts";

/** What the whole chain (play, replay, metrics, score) does to a population of simulated and of real people. */

/** Thousands of whole sessions, on a machine that may be busy. */
const LONG_MS = 120_000;

function known(version: string): Battery {
  const found = findBattery(version);
  if (found === null) throw new Error(`battery ${version} is gone`);
  return found;
}

function definitionOf(task: { readonly key: string; readonly version: number }): AnyTaskDefinition {
  const found = findTask(task.key, task.version);
  if (found === null) throw new Error(`${task.key} is gone`);
  return found;
}

function modelOf(battery: Battery): ModelArtefact {
  const found = models.find((model) => model.version === battery.defaultModel);
  if (found === undefined) throw new Error(`model ${battery.defaultModel} is gone`);
  return found;
}

const preview = known("preview-1");
const standard = known("standard-1");
const definitions = standard.tasks.map(definitionOf);

function hex(person: number, purpose: number): string {
  return `${person.toString(16).padStart(16, "0")}${purpose.toString(16).padStart(16, "a")}`;
}

interface Attempt {
  readonly definition: AnyTaskDefinition;
  readonly seed: string;
  readonly inputs: readonly TaskInput[];
}

function playAll(player: PlayerName | SandboxPlayer, person: number): Attempt[] {
  return definitions.map((definition, index) => {
    const seed = hex(person, 7 + index);
    return { definition, seed, inputs: playTask(definition, player, { seed, personSeed: hex(person, 1) }) };
  });
}

function scoreAll(attempts: readonly Attempt[]): Calculated {
  const tasks = attempts.map(({ definition, seed, inputs }): ScoredTask => {
    const { complete, metrics, trials } = replay(definition, { seed, parameters: definition.spec.parameters, inputs });
    expect(complete).toBe(true);
    return {
      key: definition.spec.key,
      version: definition.spec.version,
      complete,
      metrics,
      trials: trials.map((trial) => ({ ...trial })),
      inputs,
      refusedCount: 0,
    };
  });
  return score({ model: modelOf(standard), battery: standard, tasks, journey: calmJourney });
}

function population(player: PlayerName | SandboxPlayer, size: number): Calculated[] {
  return Array.from({ length: size }, (_, person) => scoreAll(playAll(player, person)));
}

function shareOf(results: readonly Calculated[], holds: (result: Calculated) => boolean): number {
  return results.filter(holds).length / results.length;
}

const costly = (result: Calculated) => result.flags.filter((flag) => flag.strength > 0).map((flag) => flag.key);

describe("data confidence", { timeout: LONG_MS }, () => {
  test("is LOW for honest applicants in at most 1 % and below HIGH in at most 8 %", () => {
    const honest = population("honest", 400);
    expect(shareOf(honest, (result) => result.score_confidence === "LOW")).toBeLessThanOrEqual(0.01);
    expect(shareOf(honest, (result) => result.score_confidence !== "HIGH")).toBeLessThanOrEqual(0.08);
  });

  test.each(["random", "straight_side", "straight_alternating", "script"] as const)(
    "is LOW for %s players in at least 97 %",
    (player) => {
      const low = shareOf(population(player, 250), (result) => result.score_confidence === "LOW");
      expect(low).toBeGreaterThanOrEqual(0.97);
    },
  );

  test("is below HIGH for half-careless players in at least 95 %", () => {
    const below = shareOf(population("careless", 200), (result) => result.score_confidence !== "HIGH");
    expect(below).toBeGreaterThanOrEqual(0.95);
  });

  test("is LOW in at most 3 % of honest applicants who are twice as undecided", () => {
    const results = Array.from({ length: 250 }, (_, person) =>
      scoreAll(
        definitions.map((definition, index) => {
          const seed = hex(person, 7 + index);
          const { parameters } = definition.spec;
          const inputs = definition.play("honest", { seed, parameters, person: { seed: hex(person, 1), noise: 2 } });
          return { definition, seed, inputs };
        }),
      ),
    );
    expect(shareOf(results, (result) => result.score_confidence === "LOW")).toBeLessThanOrEqual(0.03);
  });

  test("never judges time or position of accessible players, tells their path, and keeps their score", () => {
    for (const result of population("accessible", 150)) {
      for (const key of ["fast_responses", "regular_timing", "exact_positions", "synthetic_input"]) {
        expect(costly(result)).not.toContain(key);
      }
      expect(result.flags.map((flag) => flag.key)).toContain("accessible_path");
      expect(result.score).not.toBeNull();
      expect(result.traits.map((trait) => trait.key)).toEqual(["patience", "self_control", "optimism", "risk_taking"]);
    }
  });
});

describe("the score", { timeout: LONG_MS }, () => {
  test("spreads honest applicants over the scale: mean near 50, every fifth in its place within 6 points", () => {
    const scores = population("honest", 600).map((result) => result.score ?? NaN);
    const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
    expect(Math.abs(mean - 50)).toBeLessThan(3);
    for (let fifth = 0; fifth < 5; fifth += 1) {
      const inside = scores.filter((value) => value >= fifth * 20 && value < (fifth + 1) * 20).length / scores.length;
      expect(Math.abs(inside - 0.2)).toBeLessThan(0.06);
    }
  });

  /** Time to a first move is the one absolute time among the traits; it has no weight. */
  const withoutPlanning = ({ traits }: Calculated) => traits.filter(({ key }) => key !== "planning");

  test("and attention change for nobody when every answer comes 30, 60 or 100 ms later", () => {
    for (let person = 0; person < 80; person += 1) {
      const attempts = playAll("honest", person);
      const before = scoreAll(attempts);
      for (const delayMs of [30, 60, 100]) {
        const after = scoreAll(attempts.map((attempt) => ({ ...attempt, inputs: delayed(attempt.inputs, delayMs) })));
        expect(after.score).toBe(before.score);
        expect(withoutPlanning(after)).toEqual(withoutPlanning(before));
      }
    }
  });

  /** Answers by `delayMs` later; whatever follows moves with them. Timeouts keep their own clock: deadlines do not wait. */
  function delayed(inputs: readonly TaskInput[], delayMs: number): TaskInput[] {
    let shift = 0;
    return inputs.map((input) => {
      if (input.kind === "press") shift += delayMs;
      return { ...input, at: input.at + shift };
    });
  }

  test("comes out the same, to the last digit, when the stored inputs are scored again", () => {
    const attempts = playAll("honest", 4);
    const stored = JSON.parse(JSON.stringify(attempts.map(({ inputs }) => inputs))) as TaskInput[][];
    const again = attempts.map((attempt, index) => ({ ...attempt, inputs: stored[index] ?? [] }));
    expect(JSON.stringify(scoreAll(again))).toBe(JSON.stringify(scoreAll(attempts)));
  });
});

describe("the sandbox", { timeout: LONG_MS }, () => {
  test("over 500 uids low risk is VERY_LOW or LOW with HIGH confidence", () => {
    for (const result of population("lowrisk", 500)) {
      expect(["VERY_LOW", "LOW"]).toContain(result.risk_band);
      expect(result.score_confidence).toBe("HIGH");
    }
  });

  test("over 500 uids high risk is HIGH or VERY_HIGH with HIGH confidence and a reason", () => {
    for (const result of population("highrisk", 500)) {
      expect(["HIGH", "VERY_HIGH"]).toContain(result.risk_band);
      expect(result.score_confidence).toBe("HIGH");
      expect(result.reasons.map(({ key }) => key)).toContain("patience");
    }
  });

  test("low trust is LOW", () => {
    for (const result of population("lowtrust", 200)) expect(result.score_confidence).toBe("LOW");
  });

  test("a bot is scored, LOW, and flagged scripted_input on the wire", () => {
    for (const result of population("bot", 200)) {
      expect(result.score_confidence).toBe("LOW");
      const wire = wireCalculated(result, { traits: "scored", simulated: true });
      expect(wire?.flags.map((flag) => flag.key)).toContain("scripted_input");
    }
  });
});

describe("real people", () => {
  const data =
    process.env["TALLYSTICK_SHARED_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));

  test("who chose and tapped honestly are LOW in at most 1 % and below HIGH in at most 8 %", (context) => {
    const files = ["sro/kirby.t1.csv", "sro/choice_reaction_time.t1.csv"].map((name) => `${data}/${name}`);
    if (!files.every((file) => existsSync(file))) {
      const reason =
        "skipped: the trials of real people are not on this machine (TALLYSTICK_SHARED_DATA names their folder)";
      process.stderr.write(`${reason}\n`);
      context.skip(reason);
    }
    const [choices, taps] = files.map(rowsByPerson);
    const results = [...(taps ?? [])].flatMap(([person, tapRows]) => {
      const choiceRows = choices?.get(person);
      return choiceRows === undefined ? [] : [scoreReal(choiceRows, tapRows)];
    });
    expect(results.length).toBeGreaterThanOrEqual(145);
    expect(shareOf(results, (result) => result.score_confidence === "LOW")).toBeLessThanOrEqual(0.01);
    expect(shareOf(results, (result) => result.score_confidence !== "HIGH")).toBeLessThanOrEqual(0.08);
  });

  type Row = Readonly<Record<string, string>>;

  function rowsByPerson(file: string): Map<string, Row[]> {
    const [head = "", ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
    const names = head.split(",");
    const people = new Map<string, Row[]>();
    for (const line of lines) {
      const row = Object.fromEntries(line.split(",").map((cell, index) => [names[index] ?? "", cell]));
      const person = row["worker_id"] ?? "";
      people.set(person, [...(people.get(person) ?? []), row]);
    }
    return people;
  }

  /** Their trials in the shape of ours, through our metric functions. Sides were not recorded, so the sides are ours. */
  function scoreReal(choiceRows: readonly Row[], tapRows: readonly Row[]): Calculated {
    const money = choiceRows.slice(0, 15).map((row, index) => {
      const [today, later, delayDays] = ["small_amount", "large_amount", "later_delay"].map((name) =>
        Number(row[name]),
      );
      const choseLater = row["patient1_impatient0"] === "1";
      const laterSide = index % 4 < 2 ? "left" : "right";
      const choice = choseLater === (laterSide === "left") ? "left" : "right";
      const rate = ((later ?? 1) / (today ?? 1) - 1) / (delayDays ?? 1);
      const common = { stimulus: `item-${index}`, practice: false, source: "mouse" };
      return {
        ...common,
        kind: "ladder",
        rung: rate,
        today,
        later,
        delayDays,
        laterSide,
        choice,
        choseLater,
        rtMs: Number(row["rt"]),
      };
    });
    const taps = tapRows.slice(0, 36).map((row, index) => {
      const rtMs = Number(row["rt"]) < 0 ? null : Number(row["rt"]);
      const common = { stimulus: `trial-${index}`, practice: false, timed: true, premature: 0 };
      return {
        ...common,
        target: "left",
        choice: rtMs === null ? null : "left",
        correct: row["correct"] === "1",
        rtMs,
        source: "mouse",
      };
    });
    const tasks = [money, taps].map((trials, index): ScoredTask => {
      const definition = definitionOf({ key: index === 0 ? "money_choices" : "quick_taps", version: 1 });
      const { key, version } = definition.spec;
      return { key, version, complete: true, metrics: definition.metrics(trials), trials, inputs: [], refusedCount: 0 };
    });
    return score({ model: modelOf(preview), battery: preview, tasks, journey: calmJourney });
  }
});
