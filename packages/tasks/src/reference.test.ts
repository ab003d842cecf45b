import { describe, expect, test } from "vitest";
import { meanCardsUncensored } from "./cards/v1/metrics.ts";
import { bestDiscountRate, type DatedChoice } from "./money_choices/v1/discounting.ts";
import { isPlausible, lnSpread } from "./quick_taps/v1/metrics.ts";
import { correlation, median, round6, share } from "./statistics.ts";
import {
  CARD_ROUNDS,
  CHOICE_TIMES,
  choseLater,
  firstCorrectTimes,
  groupBy,
  KIRBY,
  moneyChoices,
  PUBLISHED_VARIABLES,
  publishedVariable,
  readRows,
  REFLECTION,
  reflectionAnswers,
  type Row,
  skipUnlessPublished,
  tapTrials,
  wonRounds,
} from "./testing/published.ts";

/** Our definitions on published data, which stand outside the repository because of their licences. */

const dated = (amountNow: string, amountLater: string, days: string): number =>
  (Number(amountLater) / Number(amountNow) - 1) / Number(days);

/** The questionnaire's nine rates: the three items of one rate differ in the third digit only. */
const nominal = (k: number): number => Number(k.toPrecision(2));

describe("the 27 items of the monetary-choice questionnaire", () => {
  test("give k, consistency and proportion to 6 decimals, overall and by size", (context) => {
    const files = ["mcq27/kirby27_items.csv", "mcq27/input_complete.csv", "mcq27/REFERENCE_scores_from_readme.csv"];
    skipUnlessPublished(context, ...files);
    const [items = [], given = [], scores = []] = files.map(readRows);
    const answers = groupBy(given, "subjectid");
    const published = scores.filter((row) => row["case"] === "complete/none");
    expect(published.length).toBe(2);
    for (const row of published) {
      const own = answers.get(row["subjectid"] ?? "") ?? [];
      const choices = items
        .map((item, index) => ({
          size: "SML".indexOf(item["magnitude"] ?? ""),
          indifferenceK: dated(item["ss_amount"] ?? "", item["ll_amount"] ?? "", item["delay_days"] ?? ""),
          choseLater: own[index]?.["response"] === "1",
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
    skipUnlessPublished(context, CARD_ROUNDS, PUBLISHED_VARIABLES);
    const people = wonRounds();
    const published = [...publishedVariable("columbia_card_task_hot.avg_cards_chosen")];
    const own = published.map(([person]) => meanCardsUncensored(people.get(person) ?? []) ?? NaN);
    expect(published.length).toBe(521);
    expect(
      correlation(
        own,
        published.map(([, value]) => value),
      ),
    ).toBeGreaterThanOrEqual(0.999);
  });
});

describe("522 adults", () => {
  test("have the published share of patient choices to 1e-6, and median .400 over the first 15 items", (context) => {
    skipUnlessPublished(context, KIRBY, PUBLISHED_VARIABLES);
    const people = moneyChoices();
    const published = publishedVariable("kirby.percent_patient");
    expect(people.size).toBe(522);
    const firstFifteen: number[] = [];
    for (const [person, rows] of people) {
      const waited = rows.map(choseLater);
      firstFifteen.push(share(waited.slice(0, 15)));
      const value = published.get(person);
      if (value !== undefined) expect(Math.abs(share(waited) - value)).toBeLessThan(1e-6);
    }
    expect(round6(median(firstFifteen))).toBe(0.4);
  });

  test("contradict their best k three times or more in few cases, as the consistency signal presumes", (context) => {
    skipUnlessPublished(context, KIRBY);
    const errors = [...moneyChoices().values()].map((rows) => {
      const choices = rows.slice(0, 15).map((row) => ({
        indifferenceK: dated(row["small_amount"] ?? "", row["large_amount"] ?? "", row["later_delay"] ?? ""),
        choseLater: choseLater(row),
      }));
      const rate = bestDiscountRate(choices.sort((a, b) => a.indifferenceK - b.indifferenceK));
      return rate.total - rate.agreeing;
    });
    expect(share(errors.map((count) => count >= 3))).toBeLessThan(0.06);
  });

  test("tap with a median ln spread of 4.858 over their first 40 trials", (context) => {
    skipUnlessPublished(context, CHOICE_TIMES);
    const spreads = [...tapTrials().values()].flatMap((rows) => {
      const times = firstCorrectTimes(rows).filter(isPlausible);
      return times.length < 20 ? [] : [lnSpread(times)];
    });
    expect(spreads.length).toBeGreaterThanOrEqual(145);
    expect(Math.abs(median(spreads) - 4.858)).toBeLessThanOrEqual(0.005);
  });

  test("solved as many problems with a tempting wrong answer as was published for each of them", (context) => {
    skipUnlessPublished(context, REFLECTION, PUBLISHED_VARIABLES);
    const published = publishedVariable("cognitive_reflection_survey.correct_proportion");
    const people = reflectionAnswers();
    expect([people.size, published.size]).toEqual([522, 522]);
    for (const [person, solved] of people) {
      expect(Math.abs(share(solved) - (published.get(person) ?? NaN))).toBeLessThan(1e-6);
    }
  });
});
