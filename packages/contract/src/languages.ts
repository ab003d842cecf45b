/** The languages of the applicant's side: the one table that everything which lists languages takes them from. */

export interface LanguageFacts {
  /** As its own readers write it. */
  readonly name: string;
  /** For people who configure and check, in English. */
  readonly englishName: string;
  readonly direction: "ltr" | "rtl";
  /**
   * For Intl: how numbers are written. Arabic gets the digits of its script, which browsers choose by country and
   * version otherwise. Hindi and Thai keep 0 to 9: phones, banknotes and money apps of both countries show those.
   */
  readonly locale: string;
  /**
   * Whether a native reader has read every text of it on a phone (docs/guides/languages.md). Until then the go-live
   * check names the language: nobody has vouched that it says what the English says.
   */
  readonly reviewed: boolean;
}

export const LANGUAGES = {
  en: { name: "English", englishName: "English", direction: "ltr", locale: "en", reviewed: true },
  es: { name: "Español", englishName: "Spanish", direction: "ltr", locale: "es", reviewed: false },
  pt: { name: "Português", englishName: "Portuguese", direction: "ltr", locale: "pt", reviewed: false },
  fr: { name: "Français", englishName: "French", direction: "ltr", locale: "fr", reviewed: false },
  id: { name: "Bahasa Indonesia", englishName: "Indonesian", direction: "ltr", locale: "id", reviewed: false },
  sw: { name: "Kiswahili", englishName: "Swahili", direction: "ltr", locale: "sw", reviewed: false },
  hi: { name: "हिन्दी", englishName: "Hindi", direction: "ltr", locale: "hi", reviewed: false },
  ar: { name: "العربية", englishName: "Arabic", direction: "rtl", locale: "ar-u-nu-arab", reviewed: false },
  th: { name: "ไทย", englishName: "Thai", direction: "ltr", locale: "th", reviewed: false },
  vi: { name: "Tiếng Việt", englishName: "Vietnamese", direction: "ltr", locale: "vi", reviewed: false },
} as const satisfies Readonly<Record<string, LanguageFacts>>;

/** ISO 639-1. */
export type LanguageCode = keyof typeof LANGUAGES;

export const LANGUAGE_CODES = ["en", "es", "pt", "fr", "id", "sw", "hi", "ar", "th", "vi"] as const satisfies [
  LanguageCode,
  ...LanguageCode[],
];

/** Those that the letters of PDF's built-in fonts suffice for. */
export const SHEET_LANGUAGES = ["en", "es", "pt", "fr", "id", "sw"] as const satisfies readonly LanguageCode[];
export type SheetLanguage = (typeof SHEET_LANGUAGES)[number];

export function isLanguage(tag: string): tag is LanguageCode {
  return Object.hasOwn(LANGUAGES, tag);
}

/** Those that no native reader has read, in the order given. */
export function unreviewedOf(codes: readonly LanguageCode[]): readonly LanguageCode[] {
  return codes.filter((code) => !LANGUAGES[code].reviewed);
}
