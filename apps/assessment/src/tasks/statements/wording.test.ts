import { findTask } from "@tallystick/tasks";
import { expect, test } from "vitest";
import en from "../../i18n/en.json";

/** What the English wording of the statements has to keep; the catalogue's own test compares the other languages with it. */

interface Pool {
  readonly agree: readonly string[];
  readonly disagree: readonly string[];
}

const parameters = findTask("statements", 1)?.spec.parameters as Readonly<
  Record<"selfControl" | "senseOfControl" | "infrequency", Pool> & { examples: readonly string[] }
>;
const both = (pool: Pool): readonly string[] => [...pool.agree, ...pool.disagree];
const originals = [...both(parameters.selfControl), ...both(parameters.senseOfControl)];
const keys = [
  ...originals,
  ...originals.map((key) => `${key}r`),
  ...both(parameters.infrequency),
  ...parameters.examples,
];
const catalogue: Readonly<Record<string, string | object>> = en;
const wording = (key: string): string => String(catalogue[`statements.${key}`] ?? "");

test("every statement the seed can draw has its text, and no text stands for a statement that can not be drawn", () => {
  const texts = Object.keys(en).filter((key) => /^statements\.(sc|so|inf|ex)\d/.test(key));
  expect(texts.sort()).toEqual(keys.map((key) => `statements.${key}`).sort());
  expect(new Set(keys.map(wording)).size).toBe(keys.length);
});

test("each is one sentence of at most 16 words, about the reader", () => {
  for (const key of keys) {
    expect(wording(key), key).toMatch(/^[A-Z][^.!?]*\.$/);
    expect(wording(key).split(" ").length, key).toBeLessThanOrEqual(16);
    expect(wording(key), key).toMatch(/\b(I|my|me)\b/i);
  }
});

test("none speaks of health, religion, mood, politics, money, or of powers beyond what people do", () => {
  const unwanted =
    /\b(fate|luck|chance|destin|fortun|god|pray|bless|church|health|sick|ill\b|doctor|sleep|sad\b|happy|happi|worr|depress|vote|government|party|money|pay|buy|cost|debt|loan|sav(e|ing)|rich|poor)/i;
  expect(keys.map(wording).filter((text) => unwanted.test(text))).toEqual([]);
});
