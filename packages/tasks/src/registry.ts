import type { AnyTaskDefinition, Battery } from "./contract.ts";
import { balloons } from "./balloons/v1/definition.ts";
import { blockMemory } from "./block_memory/v1/definition.ts";
import { cards } from "./cards/v1/definition.ts";
import { moneyChoices } from "./money_choices/v1/definition.ts";
import { numberSense } from "./number_sense/v1/definition.ts";
import { quickTaps } from "./quick_taps/v1/definition.ts";
import { statements } from "./statements/v1/definition.ts";
import { tower } from "./tower/v1/definition.ts";

/** Every released task version, for ever: stored sessions name the one they were played with. */
export const tasks: readonly AnyTaskDefinition[] = [
  moneyChoices,
  quickTaps,
  statements,
  cards,
  tower,
  numberSense,
  balloons,
  blockMemory,
];

const STANDARD = ["money_choices", "quick_taps", "statements", "cards", "tower"];
const EXTENSION = ["number_sense", "balloons", "block_memory"];
/** Without them there are traits and no score. */
const WEIGHTED = ["money_choices.share_later", "statements.self_control", "statements.sense_of_control"];

const firstVersions = (keys: readonly string[]) => keys.map((key) => ({ key, version: 1 }));

/** Order and length are part of the version: a released one never changes. */
export const batteries: readonly Battery[] = [
  {
    version: "preview-1",
    title: "Preview: patience and attention",
    preview: true,
    tasks: firstVersions(["money_choices", "quick_taps"]),
    requiredMetrics: ["money_choices.share_later"],
    defaultModel: "preview-1.1",
  },
  {
    version: "standard-1",
    title: "Standard: patience, self-control and sense of control; attention, risk taking and planning without weight",
    preview: false,
    tasks: firstVersions(STANDARD),
    requiredMetrics: WEIGHTED,
    defaultModel: "standard-1.0",
  },
  {
    version: "extended-1",
    title: "Extended: the standard battery, then reflection, balloons and memory without weight",
    preview: false,
    tasks: firstVersions([...STANDARD, ...EXTENSION]),
    requiredMetrics: WEIGHTED,
    defaultModel: "standard-1.0",
  },
];

/** Null when no such task version was ever released. */
export function findTask(key: string, version: number): AnyTaskDefinition | null {
  return tasks.find(({ spec }) => spec.key === key && spec.version === version) ?? null;
}

export function findBattery(version: string): Battery | null {
  return batteries.find((battery) => battery.version === version) ?? null;
}
