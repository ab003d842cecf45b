import type { PlayerName, PlayOptions, TaskInput } from "../../contract.ts";
import { type Act, perform } from "../../players/hand.ts";
import { createDraws, type Draws } from "../../players/random.ts";
import { towerMachine, type TowerView } from "./machine.ts";
import { meetTowerPerson } from "./person.ts";
import type { TowerParameters } from "./spec.ts";
import { type PuzzleView, styleOf } from "./styles.ts";

/** How long the page leaves a finished problem on the screen, with the time of a frame or two. */
const DONE_MS = [1_100, 1_133] as const;

function instructions(view: Extract<TowerView, { phase: "instructions" }>, assistive: boolean, draws: Draws): Act {
  const afterMs = draws.between(2_500, 6_000);
  const { stimulus } = view;
  if (assistive && view.timed) return { afterMs, kind: "mode", stimulus, choice: "untimed" };
  return { afterMs, kind: "continue", stimulus };
}

export function playTower(name: PlayerName, options: PlayOptions<TowerParameters>): readonly TaskInput[] {
  const draws = createDraws("hand", options.person.seed, options.seed);
  const style = styleOf(name, meetTowerPerson(options), draws);
  let problem = -1;
  let press = 0;

  const puzzle = (view: PuzzleView, nowMs: number): Act => {
    const { stimulus } = view;
    if (!view.shown) {
      problem += 1;
      press = 0;
      return { afterMs: draws.between(0, 16), kind: "shown", stimulus };
    }
    const { choice, afterMs } = style.act(view, { problem, press, nowMs });
    press += 1;
    const limitMs = view.deadlineMs === null ? null : view.deadlineMs - nowMs;
    if (limitMs !== null && afterMs > limitMs)
      return { afterMs: limitMs + draws.between(0, 16), kind: "timeout", stimulus };
    return { afterMs, kind: "press", stimulus, choice };
  };
  const decide = (view: TowerView, nowMs: number): Act => {
    switch (view.phase) {
      case "instructions":
        return instructions(view, style.body === "assistive", draws);
      case "puzzle":
        return puzzle(view, nowMs);
      case "done":
        return { afterMs: draws.between(...DONE_MS), kind: "continue", stimulus: view.stimulus };
    }
  };
  return perform(towerMachine, options, { draws, body: style.body, decide });
}
