/// <reference types="vite/client" />
import type en from "./en.json";

export type TextKey = keyof typeof en;
/** Where a number decides the form: one text for each plural category of the language, chosen by the value `count`. */
export type PluralText = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Catalogue = Readonly<Record<TextKey, string | PluralText>>;

/** The texts of one language and what depends on the language beside them: digits, money, spans of time. */
export interface Texts {
  readonly language: string;
  readonly t: (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;
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
  const plain = new Intl.NumberFormat(language);
  const plurals = new Intl.PluralRules(language);
  const formOf = (text: string | PluralText, count: string | number | undefined): string => {
    if (typeof text === "string") return text;
    return (typeof count === "number" ? text[plurals.select(count)] : undefined) ?? text.other ?? "";
  };
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  return {
    language,
    t(key, values = {}) {
      return formOf(catalogue[key], values["count"]).replace(/\{(\w+)\}/g, (whole, name: string) => {
        const value = values[name];
        if (value === undefined) return whole;
        return typeof value === "number" ? plain.format(value) : value;
      });
    },
    inDays: (days) => relative.format(days, "day"),
    money: (amount, unit) => formatMoney(language, amount, unit),
  };
}

/**
 * The language decides digits, grouping and the symbol's place, the deployment the symbol: dollars are formatted and their
 * sign is replaced. Hundredths are shown only where the factor makes them.
 */
function formatMoney(language: string, amount: number, unit: MoneyUnit): string {
  const hundredths = Math.round(amount * unit.factor * 100);
  const digits = hundredths % 100 === 0 ? 0 : 2;
  const shared = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  if (unit.symbol === "") return new Intl.NumberFormat(language, shared).format(hundredths / 100);
  const format = new Intl.NumberFormat(language, {
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
