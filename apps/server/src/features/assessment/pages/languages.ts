import { LANGUAGES, type LanguageCode } from "@tallystick/contract";

import { say } from "../texts.ts";
import { html, type Html } from "./html.ts";

/** More than these would fill a small phone before the first word: they wait behind the name of the present one. */
const LINKS_IN_A_ROW = 2;

export interface LanguageChoice {
  readonly language: LanguageCode;
  readonly offered: readonly LanguageCode[];
  /** Kept in the address beside the language. */
  readonly query: Readonly<Record<string, string>>;
}

/** The other languages on offer, each in its own words; plain links, which need no script. null: there is no other. */
export function languageChoice({ language, offered, query }: LanguageChoice): Html | null {
  const others = offered.filter((other) => other !== language);
  if (others.length === 0) return null;
  const link = (other: LanguageCode): Html => {
    const { name } = LANGUAGES[other];
    const address = new URLSearchParams({ lang: other, ...query });
    return html`<a lang="${other}" hreflang="${other}" href="?${address.toString()}">${name}</a> `;
  };
  const label = say(language, "consent.languages");
  if (others.length <= LINKS_IN_A_ROW) {
    return html`<nav class="languages" aria-label="${label}">${others.map(link)}</nav> `;
  }
  return html`<nav class="languages" aria-label="${label}">
    <details>
      <summary><span class="visually-hidden">${label}:</span> ${LANGUAGES[language].name}</summary>
      <ul>
        ${others.map((other) => html`<li>${link(other)}</li> `)}
      </ul>
    </details>
  </nav> `;
}
