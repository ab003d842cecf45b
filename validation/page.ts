import { type Criterion, fixed } from "./criterion.ts";
import { deviceTable, invarianceCriteria } from "./invariance.ts";
import { SEED, type Plan } from "./plan.ts";
import {
  correlationTable,
  coverageTable,
  moneySplitHalf,
  precisionCriteria,
  recoveryTable,
  scoreDeciles,
  scoresOf,
} from "./precision.ts";
import type { RealPeople } from "./real-people.ts";
import { OFFLINE_PERIODS, type Results, standard } from "./studies.ts";
import { flagTable, trustCriteria, trustTable } from "./trust.ts";

export interface Report {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** In words. */
  readonly machine: string;
  readonly seconds: number;
  readonly quick: boolean;
  readonly plan: Plan;
  readonly results: Results;
  /** sha256 of the model's canonical text. */
  readonly modelHash: string;
  /** Null: the data of real people are not on this machine. */
  readonly real: RealPeople | null;
}

export function allCriteria({ results, real }: Pick<Report, "results" | "real">): Criterion[] {
  return [
    ...precisionCriteria(results),
    ...trustCriteria(results),
    ...invarianceCriteria(results),
    ...(real?.criteria ?? []),
  ];
}

/** The page docs/validation.md. */
export function renderPage(report: Report): string {
  const criteria = allCriteria(report);
  const missed = criteria.filter(({ holds }) => !holds);
  return `# Validation

${heading(report)}

**${String(criteria.length - missed.length)} of ${String(criteria.length)} criteria hold${missed.length === 0 ? "." : `; missed: ${missed.map(({ name }) => name).join("; ")}.`}**
Each is judged by the measured value itself; the 95 % interval beside it says how far chance may have moved it.

${criteriaTable(criteria)}

## What this can not show

${LIMITS}

${precisionSection(report)}

${scoreSection(report)}

${trustSection(report)}

${deviceSection(report)}

## Real people

${realSection(report.real)}

## Again

\`npm run validate\` writes this page and its figures; \`--quick\` only shows that everything runs. The same seed gives the same figures on every
machine. Populations of your own: \`tallystick simulate --help\`.
`;
}

function precisionSection({ plan, results }: Report): string {
  return `## Precision

Each simulated person has a true standing in every trait, a way of standing that differs from day to day, and strays from
answer to answer. *Two days* is the correlation of z' between sessions on two days, the share of its variance that is the person;
*same day* that of two whole attempts on one day: person and day together, what two halves of a test, stepped up to
the whole, would estimate. Of the money choices themselves the halves (every other rung of the ladder) stepped up by Spearman and Brown give
${fixed(moneySplitHalf(results))}. *Truth with z'* can not exceed the root of the person's share.

${recoveryTable(results)}

![Correlation of two sessions of the same people for each trait, beside what was asked for](images/validation/retest.svg)

The *truth* that a band has to hold is a person's expected z', their mean over very many days, not the latent standing it is
made from: the two differ where a scale has ends or steps. It was estimated for ${String(plan.dayPeople)} people from ${String(plan.days)} days each,
the judged day left out, and the bands were widened by the uncertainty of that mean. The interval is taken over people. Beacon shows the plain band;
Kelley's, about the shrunk estimate, stands beside it for comparison.

${coverageTable(results)}

![Share of sessions whose 80 % band holds the truth, for each trait](images/validation/coverage.svg)

People are drawn with latent correlations, \`observed / sqrt(r_a · r_b)\`, so that what is observed should come out as asked for:

${correlationTable(results)}`;
}

function scoreSection({ results }: Report): string {
  return `## The score in a fresh population

${String(scoresOf(results).length)} honest people, none of whom entered the norms. Nine scores divide them into ten equal parts: ${scoreDeciles(results)}. A score is rounded, so in the
figure one on a border belongs half to either side.

![Share of people in each tenth of the scale](images/validation/tenths.svg)`;
}

function trustSection({ results }: Report): string {
  return `## Data confidence

LOW is below 50, HIGH from 70 on. *Told from honest* is the chance that an honest session has more data confidence than one of this player, ties half.

${trustTable(results)}

![Share of sessions below each value of data confidence, for each player](images/validation/data-confidence.svg)

${flagTable(results)}

*Flagged for time or position* counts \`fast_responses\`, \`regular_timing\`, \`exact_positions\`, \`synthetic_input\` and \`pointer_unnatural\`; contradicting
oneself is no matter of the way one plays. Periods without network: the inputs of a session were cut into batches at ${String(OFFLINE_PERIODS)} places and sent afterwards with
their own times, as the page does.`;
}

function deviceSection({ plan, results }: Report): string {
  return `## Devices and languages

${String(plan.devices)} people were recorded again as slower devices would have: every answer later by so many ms, whatever follows moved with it, and every
time moved up to the next frame. An answer that thereby misses its deadline becomes the timeout it would be. d is the mean paired difference over the
standard deviation between people.

${deviceTable(results)}

*Planning* is the logarithm of an absolute time and moves with the device, which is why it has no weight. The median tap time is not scored; it
stands here to show that the test finds a shift where there is one. The comparison by languages plays the same people under each
language's name. Machines, players and score are never told the language, so this test shows that nothing leaks into them. It can not
show that a translated statement means the same to its readers: only native readers and local data can.`;
}

function heading({ at, machine, seconds, quick, plan, modelHash }: Report): string {
  const { model, battery } = standard;
  return `Written by \`npm run validate\` on ${at.slice(0, 10)} in ${fixed(seconds / 60, 1)} minutes: ${machine}.
${quick ? "**A quick run to see that everything works; its figures mean little.**\n" : ""}Battery \`${battery.version}\` (reflection and memory: \`extended-1\`), model \`${model.version}\`, content hash
\`${modelHash}\`. Seed \`${SEED}\`: ${String(plan.people)} people with three sessions each, ${String(plan.extension)} for the traits of
the extended battery, ${String(plan.dayPeople)} on ${String(plan.days)} days, ${String(plan.seedPeople)} on ${String(plan.seeds)} seeds, ${String(plan.acts)} sessions of every other player, ${String(plan.devices)} on slower devices.`;
}

function criteriaTable(criteria: readonly Criterion[]): string {
  const rows = criteria.map(
    ({ name, target, measured, holds }) => `| ${name} | ${target} | ${measured} | ${holds ? "holds" : "**missed**"} |`,
  );
  return ["| Criterion | Target | Measured (95 % interval) | |", "|---|---|---|---|", ...rows].join("\n");
}

const LIMITS = `Most of this page is a program judging a program. It shows that the chain from inputs to score does what its definitions say, with
the precision they claim, on people who behave as the players do. It does not show that the score tells who repays.

- The players were fitted to one sample: 522 US adults at computers, in 2016, paid a little, with nothing at stake. Applicants are other people,
  on phones, with something to gain. How much they stray, hurry and contradict themselves has to be seen in local data.
- The statements' players are fitted to assumed norms; what is found of them repeats the assumption.
- That the stens and the tenths of the score come out even says that norms and players agree with each other, not with your applicants.
- Dishonest players are those somebody thought of. A person who answers as the lender would like, a helper beside the applicant and a program
  with human timing are not found, and no figure here counts them.
- Criteria, weights and thresholds were fixed before the first run and none has moved since. Runs showed that players strayed from
  norms measured on people in three places, the spread of taps, the boxes with two losses and, in the last criterion to be missed,
  the spread of reflection: these were fitted to the norms anew ([decision 23](decisions/0023-reflection-players.md)). Of several dozen criteria one or two lie near their limit by chance.
- Reflection has four possible values: its stens are 2, 4, 6 and 8. Its players follow what 522 people solved of three problems, and
  so agree less from day to day than the .64 that the same problems, given twice, showed and that the model's bands
  take: drawn problems can not be expected to reach it. It has no weight.`;

function realSection(real: RealPeople | null): string {
  if (real === null) {
    return `The published trials of real people were not on the machine that wrote this page, so nothing was compared with them. Their licences keep
them out of the repository; who has them names their folder in \`TALLYSTICK_SHARED_DATA\`.`;
  }
  return `Published trials of the Self-Regulation Ontology study (Eisenberg et al. 2019, 522 US adults at computers) went through our metric functions. The rows
*real people* above compare them with the values published for each person, and count how often data confidence would have been
lowered. Those people did our choices and taps only in part and on another ladder, so that count leaves out the statements. Only figures over all of them are
kept here.

${real.norms}

A share of patient choices below the norm is no contradiction: their 27 choices lie elsewhere on the scale of rates than our fifteen.`;
}
