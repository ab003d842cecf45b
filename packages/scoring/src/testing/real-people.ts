import { findBattery, findTask } from "@tallystick/tasks";
import {
  choseLater,
  CHOICE_TIMES,
  KIRBY,
  moneyChoices,
  type Row,
  tapTrials,
} from "../../../tasks/src/testing/published.ts";
import type { Calculated, ScoredTask } from "../contract.ts";
import { findModel } from "../models.ts";
import { score } from "../score.ts";
import { calmJourney } from "./facts.ts";

/** Adults whose choices and taps were published, through our metrics, score and trust signals. */

export const REAL_PEOPLE_FILES = [KIRBY, CHOICE_TIMES];

/** One result for each person who did both tasks, in no order that says who it is. */
export function scoreRealPeople(): Calculated[] {
  const choices = moneyChoices();
  return [...tapTrials()].flatMap(([person, tapRows]) => {
    const choiceRows = choices.get(person);
    return choiceRows === undefined ? [] : [scoreReal(choiceRows, tapRows)];
  });
}

/** Their trials in the shape of ours. Sides were not recorded, so the sides are ours. */
function scoreReal(choiceRows: readonly Row[], tapRows: readonly Row[]): Calculated {
  const battery = findBattery("preview-1");
  const model = battery === null ? null : findModel(battery.defaultModel);
  if (battery === null || model === null) throw new Error("battery preview-1 is gone");
  const tasks = [
    measured("money_choices", choiceRows.slice(0, 15).map(asMoneyTrial)),
    measured("quick_taps", tapRows.slice(0, 36).map(asTapTrial)),
  ];
  return score({ model, battery, tasks, journey: calmJourney });
}

function measured(key: string, trials: readonly ReturnType<typeof asMoneyTrial | typeof asTapTrial>[]): ScoredTask {
  const definition = findTask(key, 1);
  if (definition === null) throw new Error(`${key} is gone`);
  const metrics = definition.metrics(trials);
  return { key, version: 1, complete: true, metrics, trials, inputs: [], refusedCount: 0 };
}

function asMoneyTrial(row: Row, index: number) {
  const [today = 1, later = 1, delayDays = 1] = ["small_amount", "large_amount", "later_delay"].map((name) =>
    Number(row[name]),
  );
  const laterSide = index % 4 < 2 ? "left" : "right";
  return {
    stimulus: `item-${String(index)}`,
    practice: false,
    source: "mouse",
    kind: "ladder",
    rung: (later / today - 1) / delayDays,
    today,
    later,
    delayDays,
    laterSide,
    choice: choseLater(row) === (laterSide === "left") ? "left" : "right",
    choseLater: choseLater(row),
    rtMs: Number(row["rt"]),
  };
}

function asTapTrial(row: Row, index: number) {
  const rtMs = Number(row["rt"]) < 0 ? null : Number(row["rt"]);
  return {
    stimulus: `trial-${String(index)}`,
    practice: false,
    source: "mouse",
    timed: true,
    premature: 0,
    target: "left",
    choice: rtMs === null ? null : "left",
    correct: row["correct"] === "1",
    rtMs,
  };
}
