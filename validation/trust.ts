import { auc, type Estimate, shareEstimate } from "@tallystick/simulation/statistics";
import { type Criterion, fixed, markdownTable, percentWithInterval } from "./criterion.ts";
import { ACTS, OFFLINE_PERIODS, type Results, type TrustFacts } from "./studies.ts";

/** A player in a group, with what was found of it. */
export interface Act {
  readonly player: string;
  readonly group: string;
  readonly sessions: readonly TrustFacts[];
  readonly low: Estimate;
  readonly belowHigh: Estimate;
}

export function actsOf(results: Results): Act[] {
  return [
    describe("honest", "as fitted", results.people),
    ...ACTS.map(({ player, group }, place) =>
      describe(
        player,
        group,
        results.acts.filter((session) => session.act === place),
      ),
    ),
  ];
}

function describe(player: string, group: string, sessions: readonly TrustFacts[]): Act {
  const count = (holds: (session: TrustFacts) => boolean): Estimate =>
    shareEstimate(sessions.filter(holds).length, sessions.length);
  return {
    player,
    group,
    sessions,
    low: count(({ confidence }) => confidence === "LOW"),
    belowHigh: count(({ confidence }) => confidence !== "HIGH"),
  };
}

/** Programs that press one thing, another in turn, anything at all, or at constant times. */
const mustBeLow = (player: string): boolean => /^(random.*|script|constant_.*|straight_.*|alternator)$/.test(player);

/** Flags that no keyboard, switch or screen reader may earn. */
const OF_TIME_AND_PLACE = [
  "fast_responses",
  "regular_timing",
  "exact_positions",
  "synthetic_input",
  "pointer_unnatural",
];

export function trustCriteria(results: Results): Criterion[] {
  const acts = actsOf(results);
  const known = (player: string, group = "as fitted"): Act => {
    const found = acts.find((act) => act.player === player && act.group === group);
    if (found === undefined) throw new Error(`${player} was not played`);
    return found;
  };
  const honest = known("honest");
  return [
    ...acts
      .filter(({ player }) => mustBeLow(player))
      .map(({ player, low }) => criterion(`\`${player}\` is LOW`, "≥ 97 %", low, low.value >= 0.97)),
    criterion(
      "half careless is below HIGH",
      "≥ 95 %",
      known("careless").belowHigh,
      known("careless").belowHigh.value >= 0.95,
    ),
    criterion("honest is LOW", "≤ 1 %", honest.low, honest.low.value <= 0.01),
    criterion("honest is below HIGH", "≤ 8 %", honest.belowHigh, honest.belowHigh.value <= 0.08),
    undecided(known("honest", "twice as undecided")),
    accessible(known("accessible")),
    offline(results),
  ];
}

function criterion(name: string, target: string, estimate: Estimate, holds: boolean): Criterion {
  return { name, target, measured: percentWithInterval(estimate), holds };
}

function undecided({ low }: Act): Criterion {
  return criterion("honest with twice the choice noise is LOW", "≤ 3 %", low, low.value <= 0.03);
}

function accessible({ sessions }: Act): Criterion {
  const flagged = sessions.filter(({ flags }) => flags.some((flag) => OF_TIME_AND_PLACE.includes(flag))).length;
  return {
    name: "people with assistive technology flagged for time or position",
    target: "0",
    measured: `${String(flagged)} of ${String(sessions.length)}`,
    holds: flagged === 0,
  };
}

function offline({ journeys }: Results): Criterion {
  const cost = Math.max(...journeys.map(({ offlineCost }) => offlineCost));
  return {
    name: `most data confidence that ${String(OFFLINE_PERIODS)} periods without network cost`,
    target: "0",
    measured: `${fixed(cost, 0)} in ${String(journeys.length)} sessions`,
    holds: cost === 0 && journeys.every(({ offlineChanged }) => !offlineChanged),
  };
}

export function trustTable(results: Results): string {
  const acts = actsOf(results);
  const [honest] = acts;
  return markdownTable(
    ["Player", "Group", "Sessions", "LOW", "Below HIGH", "Told from honest (AUC)"],
    acts.map((act) => [
      `\`${act.player}\``,
      act.group,
      String(act.sessions.length),
      percentWithInterval(act.low),
      percentWithInterval(act.belowHigh),
      honest === undefined || act === honest ? "" : fixed(auc(trusts(honest), trusts(act))),
    ]),
  );
}

const trusts = ({ sessions }: Act): number[] => sessions.map(({ trust }) => trust);

/** Share of sessions with data confidence below t, for t = 0 … 100. */
export function operatingCurve(act: Act): number[] {
  const all = trusts(act);
  return Array.from({ length: 101 }, (_, t) => all.filter((trust) => trust < t).length / all.length);
}

/** What cost something, most frequent first, at least in one of a hundred sessions. */
export function flagTable(results: Results): string {
  const rows = actsOf(results).map(({ player, group, sessions }) => {
    const counts = new Map<string, number>();
    for (const flag of sessions.flatMap(({ flags }) => flags)) counts.set(flag, (counts.get(flag) ?? 0) + 1);
    const told = [...counts]
      .filter(([, count]) => count >= sessions.length / 100)
      .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .map(([flag, count]) => `\`${flag}\` ${fixed((100 * count) / sessions.length, 0)} %`);
    return [`\`${player}\`, ${group}`, told.length === 0 ? "none" : told.join(", ")];
  });
  return ["| Player | Flags that cost something |", "|---|---|", ...rows.map((row) => `| ${row.join(" | ")} |`)].join(
    "\n",
  );
}
