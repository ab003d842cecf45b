import type { PlayerName } from "../../contract.ts";
import { glanceMs } from "../../players/habit.ts";
import type { Body } from "../../players/hand.ts";
import { type Draws, exp } from "../../players/random.ts";
import { bestMove, legalMoves, type Move, waysTo } from "./graph.ts";
import type { TowerView } from "./machine.ts";
import type { TowerPerson } from "./person.ts";
import { boardText, type Disc, DISCS } from "./plan.ts";

export type PuzzleView = Extract<TowerView, { phase: "puzzle" }>;

interface Moment {
  /** Problem of the attempt, 0 = practice, and press within it. */
  readonly problem: number;
  readonly press: number;
  readonly nowMs: number;
}

interface Press {
  readonly choice: string;
  readonly afterMs: number;
}

export interface Style {
  readonly body: Body;
  act(view: PuzzleView, moment: Moment): Press;
}

/** What a player wants to do at each lift, and how long each press takes. */
interface Intent {
  readonly body?: Body;
  move(view: PuzzleView, moment: Moment): Move | "skip";
  firstMs(view: PuzzleView, problem: number): number;
  handMs(): number;
}

/** What every style may draw on. */
interface Cast {
  readonly person: TowerPerson;
  readonly draws: Draws;
  readonly honest: Intent;
  /** A peg for those who press without looking, and the parity of the problems at which a careless one is absent. */
  readonly favourite: number;
  readonly parity: number;
  /** Problem during which an interrupted player is away. */
  readonly awayAt: number;
}

const fewestLeft = ({ board, goal, heights }: PuzzleView): number =>
  waysTo(goal, heights).get(boardText(board))?.moves ?? 0;

const shortest = (view: PuzzleView): Move | "skip" => bestMove(view.board, view.goal, view.heights) ?? "skip";

const anyMove = (view: PuzzleView, draws: Draws): Move | "skip" => {
  const moves = legalMoves(view.board, view.heights);
  return moves[draws.between(0, moves.length - 1)] ?? "skip";
};

/** Some move of that disc, wherever it stands; of any other while it can not be moved. */
function moveOf(disc: Disc, view: PuzzleView, draws: Draws): Move | "skip" {
  const moves = legalMoves(view.board, view.heights).filter((move) => move.disc === disc);
  return moves[draws.between(0, moves.length - 1)] ?? anyMove(view, draws);
}

/** A move that brings the goal no nearer. */
function detour(view: PuzzleView, draws: Draws): Move | "skip" {
  const known = waysTo(view.goal, view.heights);
  const here = fewestLeft(view);
  const wrong = legalMoves(view.board, view.heights).filter(
    (move) => (known.get(boardText(move.board))?.moves ?? 0) >= here,
  );
  return wrong[draws.between(0, wrong.length - 1)] ?? shortest(view);
}

/** Decides at the first lift of a problem whether, and at which move, the way is lost. */
function humanMoves(person: TowerPerson, draws: Draws): Intent["move"] {
  let lostAt = -1;
  let leaves = false;
  return (view, { press }) => {
    if (press === 0) {
      const fewest = fewestLeft(view);
      lostAt = person.seesTheWay(fewest, draws) ? -1 : draws.between(0, fewest - 1);
      leaves = person.givesUp(draws);
    }
    if (leaves && view.moves >= 2) return "skip";
    return view.moves === lostAt ? detour(view, draws) : shortest(view);
  };
}

function styleOfIntent(intent: Intent): Style {
  let wanted: Move | "skip" = "skip";
  return {
    body: intent.body ?? "finger",
    act(view, moment) {
      if (view.held !== null && wanted !== "skip")
        return { choice: `${view.held}-${wanted.to}`, afterMs: intent.handMs() };
      wanted = intent.move(view, moment);
      const afterMs = moment.press === 0 ? intent.firstMs(view, moment.problem) : intent.handMs();
      if (wanted !== "skip") return { choice: `pick-${wanted.from}`, afterMs };
      return giveUp(view, moment.nowMs, afterMs);
    },
  };
}

/** Once it is offered. */
function giveUp(view: PuzzleView, nowMs: number, afterMs: number): Press {
  return { choice: "skip", afterMs: Math.max(afterMs, view.skipAtMs - nowMs + 300) };
}

/** Presses pegs in turn whatever stands there, until the problem may be given up. */
function blind(pegs: readonly number[], draws: Draws): Style {
  return {
    body: "finger",
    act(view, { press, nowMs }) {
      const afterMs = draws.between(500, 1_200);
      if (nowMs + afterMs >= view.skipAtMs) return giveUp(view, nowMs, afterMs);
      const peg = pegs[press % pegs.length] ?? 0;
      return { choice: view.held === null ? `pick-${peg}` : `${view.held}-${peg}`, afterMs };
    },
  };
}

const hurriedMs = (draws: Draws): number => exp(6.3 + 0.25 * draws.normal());

const STYLES: Readonly<Record<PlayerName, (cast: Cast) => Style>> = {
  honest: ({ honest }) => styleOfIntent(honest),
  careless: ({ honest, draws, parity }) =>
    styleOfIntent({
      ...honest,
      // Every other problem begins at once and anywhere.
      move: (view, moment) =>
        moment.problem % 2 === parity && view.moves < 2 ? anyMove(view, draws) : honest.move(view, moment),
      firstMs: (view, problem) => (problem % 2 === parity ? hurriedMs(draws) : honest.firstMs(view, problem)),
    }),
  random: ({ draws }) =>
    styleOfIntent({
      move: (view, { nowMs }) => (nowMs >= view.skipAtMs ? "skip" : anyMove(view, draws)),
      firstMs: () => draws.between(250, 1_800),
      handMs: () => draws.between(250, 1_800),
    }),
  straight_side: ({ draws, favourite }) => blind([favourite], draws),
  straight_alternating: ({ draws }) => blind([0, 2], draws),
  // The disc of one colour each time, until the problem may be given up.
  straight_content: ({ draws, person: { habit } }) =>
    styleOfIntent({
      move: (view, { nowMs }) =>
        nowMs >= view.skipAtMs ? "skip" : moveOf(DISCS[Math.floor(habit.taste * DISCS.length)] ?? "red", view, draws),
      firstMs: () => glanceMs(habit, draws, 900),
      handMs: () => glanceMs(habit, draws, 650),
    }),
  fast: ({ honest, draws }) =>
    styleOfIntent({
      ...honest,
      move: (view) => (view.moves < 6 && draws.chance(0.25) ? anyMove(view, draws) : shortest(view)),
      firstMs: () => hurriedMs(draws),
      handMs: () => draws.between(180, 400),
    }),
  script: () => styleOfIntent({ body: "exact", move: shortest, firstMs: () => 900, handMs: () => 300 }),
  assistant: ({ draws }) =>
    styleOfIntent({
      move: shortest,
      firstMs: () => 3_000 + draws.between(-150, 150),
      handMs: () => 800 + draws.between(-60, 60),
    }),
  interrupted: ({ honest, draws, awayAt }) => {
    const style = styleOfIntent(honest);
    return {
      ...style,
      act: (view, moment) => {
        const press = style.act(view, moment);
        const away = moment.problem === awayAt && moment.press === 2 ? draws.between(20_000, 90_000) : 0;
        return { ...press, afterMs: press.afterMs + away };
      },
    };
  },
  accessible: ({ honest, draws }) =>
    styleOfIntent({
      ...honest,
      body: "assistive",
      firstMs: (view, problem) => 8_000 + 2 * honest.firstMs(view, problem),
      handMs: () => 2_000 + draws.between(0, 3_000),
    }),
};

export function styleOf(name: PlayerName, person: TowerPerson, draws: Draws): Style {
  const honest: Intent = {
    move: humanMoves(person, draws),
    firstMs: (view) => person.firstMs(fewestLeft(view), draws),
    handMs: () => person.handMs(draws),
  };
  return STYLES[name]({
    person,
    draws,
    honest,
    favourite: draws.between(0, 2),
    parity: draws.between(0, 1),
    awayAt: draws.between(1, 5),
  });
}
