import { isLanguage, LANGUAGES, type LanguageCode } from "@tallystick/contract";

import ar from "../../../../assessment/src/i18n/pages/ar.json" with { type: "json" };
import en from "../../../../assessment/src/i18n/pages/en.json" with { type: "json" };
import es from "../../../../assessment/src/i18n/pages/es.json" with { type: "json" };
import fr from "../../../../assessment/src/i18n/pages/fr.json" with { type: "json" };
import hi from "../../../../assessment/src/i18n/pages/hi.json" with { type: "json" };
import id from "../../../../assessment/src/i18n/pages/id.json" with { type: "json" };
import pt from "../../../../assessment/src/i18n/pages/pt.json" with { type: "json" };
import sw from "../../../../assessment/src/i18n/pages/sw.json" with { type: "json" };
import th from "../../../../assessment/src/i18n/pages/th.json" with { type: "json" };
import vi from "../../../../assessment/src/i18n/pages/vi.json" with { type: "json" };

export type TextKey = keyof typeof en;
/** Where a number decides the form: one text for each plural category of the language, chosen by the value `count`. */
type PluralText = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
type English = typeof en;
type Catalogue = {
  readonly [Key in TextKey]: English[Key] extends string ? string : string | PluralText;
};

/** What the server alone renders; the app's own texts are beside it, in `i18n/`, and never read here. */
const CATALOGUES: Readonly<Record<LanguageCode, Catalogue>> = { en, es, pt, fr, id, sw, hi, ar, th, vi };

type Values = Readonly<Record<string, string | number>>;

/** A text of one language with its places filled in; a name without a value stays as it is. */
export function say(language: LanguageCode, key: TextKey, values: Values = {}): string {
  const { locale } = LANGUAGES[language];
  const text = formOf(CATALOGUES[language][key], locale, values["count"]);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : isolated(value, text);
  });
}

function formOf(text: string | PluralText, locale: string, count: string | number | undefined): string {
  if (typeof text === "string") return text;
  return (typeof count === "number" ? text[new Intl.PluralRules(locale).select(count)] : undefined) ?? text.other ?? "";
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Where directions meet, a name keeps its own and leaves the sentence around it alone (U+2068 … U+2069). */
function isolated(value: string, text: string): string {
  return RIGHT_TO_LEFT.test(value + text) ? `\u2068${value}\u2069` : value;
}

export interface LanguageWishes {
  /** In order of preference: the applicant's own choice, the session's language. Unknown tags are passed over. */
  readonly tags: readonly (string | null | undefined)[];
  readonly acceptLanguage: string | undefined;
  /** What the environment offers; its first is the fallback. */
  readonly offered: readonly LanguageCode[];
}

/** Tags that older phones send for a language that has another by now. */
const FORMER_TAGS: Readonly<Record<string, LanguageCode>> = { in: "id" };

/** The first wish that is offered, `es-MX` taken as `es`. */
export function chooseLanguage(wishes: LanguageWishes): LanguageCode {
  const [fallback = "en"] = wishes.offered;
  for (const wish of [...wishes.tags, ...acceptedTags(wishes.acceptLanguage)]) {
    const primary = wish?.split("-")[0]?.toLowerCase() ?? "";
    const tag = Object.hasOwn(FORMER_TAGS, primary) ? FORMER_TAGS[primary] : primary;
    if (tag !== undefined && isLanguage(tag) && wishes.offered.includes(tag)) return tag;
  }
  return fallback;
}

/** The tags of an Accept-Language header, most wanted first. */
function acceptedTags(header: string | undefined): readonly string[] {
  return (header ?? "")
    .slice(0, 500)
    .split(",")
    .map((part, index) => {
      const [tag = "", ...parameters] = part.trim().split(";");
      const quality = Number(
        parameters
          .find((one) => one.trim().startsWith("q="))
          ?.trim()
          .slice(2) ?? "1",
      );
      return { tag, index, quality: Number.isFinite(quality) ? quality : 0 };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality || a.index - b.index)
    .map(({ tag }) => tag);
}
