import type { LanguageCode } from "@tallystick/contract";

import { say, type TextKey } from "../texts.ts";
import { html, type Html } from "./html.ts";

/** How a journey ended; `again`: it was completed before this opening. */
export type Outcome = "completed" | "again" | "cancelled" | "withdrawn" | "incomplete" | "expired";

/** What a page says that is about no journey in particular. */
export type Notice = "replaced" | "unknown" | "failed" | "maintenance" | "busy";

export interface EndView {
  readonly outcome: Outcome | Notice;
  readonly language: LanguageCode;
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
  const t = (key: TextKey) => say(view.language, key);
  return html`
    <main class="page end">
      ${view.logo} ${view.lenderName !== null && html`<p class="lender"><bdi>${view.lenderName}</bdi></p> `}
      <h1>${t(`end.${view.outcome}_title`)}</h1>
      <p class="lead">${t(`end.${view.outcome}_text`)}</p>
      ${view.outcome === "unknown" && html`<p>${t("end.unknown_advice")}</p> `}
      ${view.staffScreen !== null && html`<p class="hand-back">${t("kiosk.hand_back")}</p> `} ${wayOn(view)}
    </main>
  `;
}

function wayOn({ language, continueUrl, staffScreen }: EndView): Html | null {
  if (continueUrl !== null) {
    return html`<p class="actions">
        <a class="button primary" href="${continueUrl}">${say(language, "end.continue")}</a>
      </p>
      <p class="status">${say(language, "end.redirecting")}</p> `;
  }
  if (staffScreen === null) return null;
  return html`<p class="actions">
      <a class="button quiet" href="${staffScreen}">${say(language, "kiosk.next_now")}</a>
    </p>
    <p class="status">${say(language, "kiosk.next_soon")}</p> `;
}
