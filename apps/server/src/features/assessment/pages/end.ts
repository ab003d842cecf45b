import { catalogueOf, type Catalogue, type Language } from "../texts.ts";
import { html, type Html } from "./html.ts";

export type Outcome =
  | "completed"
  | "cancelled"
  | "withdrawn"
  | "incomplete"
  | "expired"
  | "replaced"
  | "unknown"
  | "failed";

export interface EndView {
  readonly outcome: Outcome;
  readonly language: Language;
  /** null on pages that may not say whose journey it is. */
  readonly lenderName: string | null;
  /** The lender's picture above the name; null = none. */
  readonly logo: Html | null;
  /** Where the button leads; null = no button. */
  readonly continueUrl: string | null;
}

export function endContent(view: EndView): Html {
  const texts = catalogueOf(view.language);
  const { title, text } = wordsOf(view.outcome, texts);
  return html`
    <main class="page end">
      ${view.logo} ${view.lenderName !== null && html`<p class="lender">${view.lenderName}</p> `}
      <h1>${title}</h1>
      <p class="lead">${text}</p>
      ${
        view.continueUrl !== null &&
        html`<p class="actions"><a class="button primary" href="${view.continueUrl}">${texts["end.continue"]}</a></p>
          <p class="status">${texts["end.redirecting"]}</p> `
      }
    </main>
  `;
}

function wordsOf(outcome: Outcome, texts: Catalogue): { readonly title: string; readonly text: string } {
  return { title: texts[`end.${outcome}_title`], text: texts[`end.${outcome}_text`] };
}
