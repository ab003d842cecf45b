import type { LanguageCode } from "@tallystick/contract";

import { say, type TextKey } from "../texts.ts";
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
  readonly language: LanguageCode;
  /** null on pages that may not say whose journey it is. */
  readonly lenderName: string | null;
  /** The lender's picture above the name; null = none. */
  readonly logo: Html | null;
  /** Where the button leads; null = no button. */
  readonly continueUrl: string | null;
}

export function endContent(view: EndView): Html {
  const t = (key: TextKey) => say(view.language, key);
  return html`
    <main class="page end">
      ${view.logo} ${view.lenderName !== null && html`<p class="lender"><bdi>${view.lenderName}</bdi></p> `}
      <h1>${t(`end.${view.outcome}_title`)}</h1>
      <p class="lead">${t(`end.${view.outcome}_text`)}</p>
      ${
        view.continueUrl !== null &&
        html`<p class="actions"><a class="button primary" href="${view.continueUrl}">${t("end.continue")}</a></p>
          <p class="status">${t("end.redirecting")}</p> `
      }
    </main>
  `;
}
