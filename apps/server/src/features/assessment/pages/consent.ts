import { catalogueOf, fill, type Language } from "../texts.ts";
import { html, type Html } from "./html.ts";

export interface ConsentView {
  readonly language: Language;
  readonly offered: readonly Language[];
  readonly lenderName: string;
  /** The lender's picture above the name; null = none. */
  readonly logo: Html | null;
  readonly policyUrl: string | null;
  readonly minutes: number;
}

/** Readable before any script runs; the buttons wait for the script that acts on them. */
export function consentContent(view: ConsentView): Html {
  const texts = catalogueOf(view.language);
  const say = (text: string) => fill(text, { lender: view.lenderName, minutes: String(view.minutes) });
  return html`
    <main class="page consent">
      ${languageLinks(view)} ${view.logo}
      <p class="lender">${view.lenderName}</p>
      <h1>${say(texts["consent.title"])}</h1>
      <p class="lead">${say(texts["consent.lead"])}</p>
      <h2>${say(texts["consent.what_title"])}</h2>
      <ul class="points">
        <li>${say(texts["consent.what_answers"])}</li>
        <li>${say(texts["consent.what_device"])}</li>
        <li>${say(texts["consent.what_never"])}</li>
      </ul>
      <h2>${say(texts["consent.why_title"])}</h2>
      <p>${say(texts["consent.why_text"])}</p>
      <h2>${say(texts["consent.choice_title"])}</h2>
      <p>${say(texts["consent.choice_text"])}</p>
      ${
        view.policyUrl !== null &&
        html`<p>
          <a class="policy" href="${view.policyUrl}" target="_blank" rel="noopener noreferrer"
            >${say(texts["consent.policy"])}</a
          >
        </p> `
      }
      <form id="consent" class="actions">
        <button id="consent-accept" type="submit" class="button primary" disabled>
          ${say(texts["consent.accept"])}
        </button>
        <button id="consent-decline" type="button" class="button quiet" disabled>
          ${say(texts["consent.decline"])}
        </button>
        <p id="consent-status" class="status" role="status"></p>
      </form>
      <noscript><p class="notice">${say(texts["consent.noscript"])}</p></noscript>
    </main>
  `;
}

function languageLinks(view: ConsentView): Html | null {
  const others = view.offered.filter((language) => language !== view.language);
  if (others.length === 0) return null;
  return html`<nav class="languages" aria-label="${catalogueOf(view.language)["consent.languages"]}">
    ${others.map(
      (language) =>
        html`<a lang="${language}" hreflang="${language}" href="?lang=${language}"
          >${catalogueOf(language)["language.name"]}</a
        > `,
    )}
  </nav> `;
}
