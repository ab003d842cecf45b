import en from "../../../../assessment/src/i18n/en.json" with { type: "json" };
import es from "../../../../assessment/src/i18n/es.json" with { type: "json" };

export type TextKey = keyof typeof en;
export type Catalogue = Readonly<Record<TextKey, string>>;
export type Language = "en" | "es";

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, es };

export function catalogueOf(language: Language): Catalogue {
  return CATALOGUES[language];
}

/** `{lender}` and the like are filled in; a name without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(CATALOGUES, tag);
}

export interface LanguageWishes {
  /** In order of preference: the applicant's own choice, the session's language. Unknown tags are passed over. */
  readonly tags: readonly (string | null | undefined)[];
  readonly acceptLanguage: string | undefined;
  /** What the environment offers; its first is the fallback. */
  readonly offered: readonly Language[];
}

/** The first wish that is offered, `es-MX` taken as `es`. */
export function chooseLanguage(wishes: LanguageWishes): Language {
  const [fallback = "en"] = wishes.offered;
  for (const wish of [...wishes.tags, ...acceptedTags(wishes.acceptLanguage)]) {
    const tag = wish?.split("-")[0]?.toLowerCase() ?? "";
    if (isLanguage(tag) && wishes.offered.includes(tag)) return tag;
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
    .toSorted((a, b) => b.quality - a.quality || a.index - b.index)
    .map(({ tag }) => tag);
}
