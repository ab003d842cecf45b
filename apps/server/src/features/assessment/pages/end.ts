import { catalogueOf, type Catalogue, type Language } from "../texts.ts";
import { html, type Html } from "./html.ts";

/** How a journey ended; `again`: it was completed before this opening. */
export type Outcome = "completed" | "again" | "cancelled" | "withdrawn" | "incomplete" | "expired";

/** What a page says that is about no journey in particular. */
export type Notice = "replaced" | "unknown" | "failed" | "maintenance" | "busy";

export interface EndView {
  readonly outcome: Outcome | Notice;
  readonly language: Language;
  /** null on pages that may not say whose journey it is. */
  readonly lenderName: string | null;
  /** The lender's picture above the name; null = none. */
  readonly logo: Html | null;
  /** Where the button leads; null = no button. */
  readonly continueUrl: string | null;
  /** On a shared device: the screen that staff see next; null on people's own. */
  readonly staffScreen: string | null;
}

export function endContent(view: EndView): Html {
  const texts = catalogueOf(view.language);
  const { title, text } = wordsOf(view.outcome, texts);
  return html`
    <main class="page end">
      ${view.logo} ${view.lenderName !== null && html`<p class="lender">${view.lenderName}</p> `}
      <h1>${title}</h1>
      <p class="lead">${text}</p>
      ${view.outcome === "unknown" && html`<p>${texts["end.unknown_advice"]}</p> `}
      ${view.staffScreen !== null && html`<p class="hand-back">${texts["kiosk.hand_back"]}</p> `} ${wayOn(view, texts)}
    </main>
  `;
}

function wayOn({ continueUrl, staffScreen }: EndView, texts: Catalogue): Html | null {
  if (continueUrl !== null) {
    return html`<p class="actions"><a class="button primary" href="${continueUrl}">${texts["end.continue"]}</a></p>
      <p class="status">${texts["end.redirecting"]}</p> `;
  }
  if (staffScreen === null) return null;
  return html`<p class="actions"><a class="button quiet" href="${staffScreen}">${texts["kiosk.next_now"]}</a></p>
    <p class="status">${texts["kiosk.next_soon"]}</p> `;
}

function wordsOf(outcome: Outcome | Notice, texts: Catalogue): { readonly title: string; readonly text: string } {
  return { title: texts[`end.${outcome}_title`], text: texts[`end.${outcome}_text`] };
}
