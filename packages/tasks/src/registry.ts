import type { AnyTaskDefinition, Battery } from "./contract.ts";
import { blockMemory } from "./block_memory/v1/definition.ts";
import { moneyChoices } from "./money_choices/v1/definition.ts";
import { quickTaps } from "./quick_taps/v1/definition.ts";
import { statements } from "./statements/v1/definition.ts";
import { tower } from "./tower/v1/definition.ts";

/** Every released task version, for ever: stored sessions name the one they were played with. */
export const tasks: readonly AnyTaskDefinition[] = [moneyChoices, quickTaps, statements, tower, blockMemory];

export const batteries: readonly Battery[] = [
  {
    version: "preview-1",
    title: "Preview: patience and attention",
    preview: true,
    tasks: [
      { key: "money_choices", version: 1 },
      { key: "quick_taps", version: 1 },
    ],
    requiredMetrics: ["money_choices.share_later"],
    defaultModel: "preview-1.1",
  },
];

/** Null when no such task version was ever released. */
export function findTask(key: string, version: number): AnyTaskDefinition | null {
  return tasks.find(({ spec }) => spec.key === key && spec.version === version) ?? null;
}

export function findBattery(version: string): Battery | null {
  return batteries.find((battery) => battery.version === version) ?? null;
}
