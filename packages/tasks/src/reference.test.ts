import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test, type TestContext } from "vitest";
import { meanCardsUncensored } from "./cards/v1/metrics.ts";
import { bestDiscountRate, type DatedChoice } from "./money_choices/v1/discounting.ts";
import { isPlausible, lnSpread } from "./quick_taps/v1/metrics.ts";
import { median, round6, share } from "./statistics.ts";

/** Our definitions on published data, which stand outside the repository because of their licences. */

const data =
  process.env["TALLYSTICK_SHARED_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));

type Row = Readonly<Record<string, string>>;

function read(context: TestContext, path: string): Row[] {
  const file = `${data}/${path}`;
  if (!existsSync(file)) {
    const reason = `skipped: reference data ${path} is not on this machine (TALLYSTICK_SHARED_DATA names its folder)`;
    process.stderr.write(`${reason}\n`);
    context.skip(reason);
  }
  const [head = "", ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, index) => [names[index] ?? "", cell])));
}

function groupBy(rows: readonly Row[], column: string): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = row[column] ?? "";
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

const dated = (amountNow: string, amountLater: string, days: string): number =>
  (Number(amountLater) / Number(amountNow) - 1) / Number(days);

/** The questionnaire's nine rates: the three items of one rate differ in the third digit only. */
const nominal = (k: number): number => Number(k.toPrecision(2));

describe("the 27 items of the monetary-choice questionnaire", () => {
  test("give k, consistency and proportion to 6 decimals, overall and by size", (context) => {
    const items = read(context, "mcq27/kirby27_items.csv");
    const answers = groupBy(read(context, "mcq27/input_complete.csv"), "subjectid");
    const published = read(context, "mcq27/REFERENCE_scores_from_readme.csv").filter(
      (row) => row["case"] === "complete/none",
    );
    expect(published.length).toBe(2);
    for (const row of published) {
      const given = answers.get(row["subjectid"] ?? "") ?? [];
      const choices = items
        .map((item, index) => ({
          size: "SML".indexOf(item["magnitude"] ?? ""),
          indifferenceK: dated(item["ss_amount"] ?? "", item["ll_amount"] ?? "", item["delay_days"] ?? ""),
          choseLater: given[index]?.["response"] === "1",
        }))
        .sort((a, b) => nominal(a.indifferenceK) - nominal(b.indifferenceK) || a.size - b.size);
      const bySize = ["small", "medium", "large"].map((name, size) => {
        const some = choices.filter((choice) => choice.size === size);
        expectPublished(row, name, some);
        return bestDiscountRate(some);
      });
      expectPublished(row, "overall", choices);
      const geometricMean = Math.exp(bySize.reduce((sum, rate) => sum + Math.log(rate.k), 0) / 3);
      expect(geometricMean.toFixed(6)).toBe(row["geomean_k"]);
      const composite = bySize.reduce((sum, rate) => sum + rate.agreeing / rate.total, 0) / 3;
      expect(composite.toFixed(6)).toBe(row["composite_consistency"]);
    }
  });

  function expectPublished(row: Row, name: string, choices: readonly DatedChoice[]): void {
    const rate = bestDiscountRate(choices);
    expect(rate.k.toFixed(6)).toBe(row[`${name}_k`]);
    expect((rate.agreeing / rate.total).toFixed(6)).toBe(row[`${name}_consistency`]);
    expect(share(choices.map((choice) => choice.choseLater)).toFixed(6)).toBe(row[`${name}_proportion`]);
  }
});

describe("521 adults at the card task with arranged rounds", () => {
  test("have the published mean of cards over rounds without a loss, r at least .999", (context) => {
    const people = groupBy(read(context, "sro/columbia_card_task_hot_rounds.t1.csv"), "worker_id");
    const pairs = read(context, "sro/published_variables.t1.csv").flatMap((row) => {
      const published = row["columbia_card_task_hot.avg_cards_chosen"] ?? "";
      const rounds = (people.get(row[""] ?? "") ?? [])
        .filter((round) => round["round_type"] === "rigged_win")
        .map((round) => ({ cards: Number(round["n_cards"]), lost: round["hit_loss"] === "1" }));
      const own = meanCardsUncensored(rounds);
      return published === "" || own === null ? [] : [{ own, published: Number(published) }];
    });
    expect(pairs.length).toBe(521);
    expect(
      correlation(
        pairs.map(({ own }) => own),
        pairs.map(({ published }) => published),
      ),
    ).toBeGreaterThanOrEqual(0.999);
  });

  function correlation(a: readonly number[], b: readonly number[]): number {
    const centred = (values: readonly number[]): number[] => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.map((value) => value - mean);
    };
    const product = (x: readonly number[], y: readonly number[]): number =>
      x.reduce((sum, value, index) => sum + value * (y[index] ?? NaN), 0);
    const [x, y] = [centred(a), centred(b)];
    return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
  }
});

describe("522 adults", () => {
  test("have the published share of patient choices to 1e-6, and median .400 over the first 15 items", (context) => {
    const people = groupBy(read(context, "sro/kirby.t1.csv"), "worker_id");
    const published = new Map(
      read(context, "sro/published_variables.t1.csv").map((row) => [row[""] ?? "", row["kirby.percent_patient"] ?? ""]),
    );
    expect(people.size).toBe(522);
    const firstFifteen: number[] = [];
    for (const [person, rows] of people) {
      const waited = rows.map((row) => row["patient1_impatient0"] === "1");
      firstFifteen.push(share(waited.slice(0, 15)));
      if (published.get(person) !== "")
        expect(Math.abs(share(waited) - Number(published.get(person)))).toBeLessThan(1e-6);
    }
    expect(round6(median(firstFifteen))).toBe(0.4);
  });

  test("contradict their best k three times or more in few cases, as the consistency signal presumes", (context) => {
    const people = groupBy(read(context, "sro/kirby.t1.csv"), "worker_id");
    const errors = [...people.values()].map((rows) => {
      const choices = rows.slice(0, 15).map((row) => ({
        indifferenceK: dated(row["small_amount"] ?? "", row["large_amount"] ?? "", row["later_delay"] ?? ""),
        choseLater: row["patient1_impatient0"] === "1",
      }));
      const rate = bestDiscountRate(choices.sort((a, b) => a.indifferenceK - b.indifferenceK));
      return rate.total - rate.agreeing;
    });
    expect(share(errors.map((count) => count >= 3))).toBeLessThan(0.06);
  });

  test("tap with a median ln spread of 4.858 over their first 40 trials", (context) => {
    const people = groupBy(read(context, "sro/choice_reaction_time.t1.csv"), "worker_id");
    const spreads = [...people.values()].flatMap((rows) => {
      const times = rows
        .slice(0, 40)
        .filter((row) => row["correct"] === "1")
        .map((row) => Number(row["rt"]))
        .filter(isPlausible);
      return times.length < 20 ? [] : [lnSpread(times)];
    });
    expect(spreads.length).toBeGreaterThanOrEqual(145);
    expect(Math.abs(median(spreads) - 4.858)).toBeLessThanOrEqual(0.005);
  });
});
