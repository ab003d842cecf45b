/// <reference types="vite/client" />
import type en from "./en.json";

export type TextKey = keyof typeof en;
/** Where a number decides the form: one text for each plural category of the language, chosen by the value `count`. */
export type PluralText = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Catalogue = Readonly<Record<TextKey, string | PluralText>>;

/** How numbers are written: the `locale` of the contract's table of languages, of which the app may take types only. */
const LOCALES: Readonly<Record<string, string>> = { ar: "ar-u-nu-arab" };

/** A browser without the language's data must not fall back to the digits of its own. */
function localesOf(language: string): string[] {
  return [LOCALES[language] ?? language, "en"];
}

/** The texts of one language and what depends on the language beside them: digits, money, spans of time. */
export interface Texts {
  readonly language: string;
  readonly t: (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;
  /** A number alone, in the digits that sentences of this language have. */
  readonly number: (value: number, options?: Intl.NumberFormatOptions) => string;
  /** "in 12 days" */
  readonly inDays: (days: number) => string;
  /** `amount` in units of the machine; `unit` is the session's. */
  readonly money: (amount: number, unit: MoneyUnit) => string;
}

export interface MoneyUnit {
  readonly symbol: string;
  readonly factor: number;
}

export function createTexts(language: string, catalogue: Catalogue): Texts {
  const locales = localesOf(language);
  const plain = new Intl.NumberFormat(locales);
  const plurals = new Intl.PluralRules(locales);
  const formOf = (text: string | PluralText, count: string | number | undefined): string => {
    if (typeof text === "string") return text;
    return (typeof count === "number" ? text[plurals.select(count)] : undefined) ?? text.other ?? "";
  };
  const t: Texts["t"] = (key, values = {}) => {
    const text = formOf(catalogue[key], values["count"]);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === "number" ? plain.format(value) : isolated(value, text);
    });
  };
  return {
    language,
    t,
    number: (value, options) => (options === undefined ? plain : new Intl.NumberFormat(locales, options)).format(value),
    // Our own words and not Intl.RelativeTimeFormat, whose data differs with the age of a phone: the words of a delay
    // belong to the question that is asked, and have to be the same for everybody.
    inDays: (days) => t("common.in_days", { count: days }),
    money: (amount, unit) => formatMoney(locales, amount, unit),
  };
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Where directions meet, a name keeps its own and leaves the sentence around it alone (U+2068 … U+2069). */
function isolated(value: string, text: string): string {
  return RIGHT_TO_LEFT.test(value + text) ? `\u2068${value}\u2069` : value;
}

/**
 * The language decides digits, grouping and the symbol's place, the deployment the symbol: dollars are formatted and their
 * sign is replaced. Hundredths are shown only where the factor makes them.
 */
function formatMoney(locales: string[], amount: number, unit: MoneyUnit): string {
  const hundredths = Math.round(amount * unit.factor * 100);
  const digits = hundredths % 100 === 0 ? 0 : 2;
  const shared = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  if (unit.symbol === "") return new Intl.NumberFormat(locales, shared).format(hundredths / 100);
  const format = new Intl.NumberFormat(locales, {
    ...shared,
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
  });
  const parts = format.formatToParts(hundredths / 100);
  return parts
    .map((part, index) => (part.type === "currency" ? symbolBeside(unit.symbol, parts[index + 1]) : part.value))
    .join("");
}

/** A symbol of letters is set off from the number it stands before ("KSh 550"), a sign is not ("$55"). */
function symbolBeside(symbol: string, next: Intl.NumberFormatPart | undefined): string {
  const touchesNumber = next !== undefined && next.type !== "literal";
  return touchesNumber && /\p{L}$/u.test(symbol) ? `${symbol}\u00a0` : symbol;
}

const catalogues = import.meta.glob<{ readonly default: Catalogue }>("./*.json");

/** Loads one language alone; an unknown one is English. Rejects when it can not be fetched. */
export async function loadTexts(language: string): Promise<Texts> {
  const known = catalogues[`./${language}.json`] === undefined ? "en" : language;
  const load = catalogues[`./${known}.json`];
  if (load === undefined) throw new Error("the English catalogue is missing");
  return createTexts(known, (await load()).default);
}
