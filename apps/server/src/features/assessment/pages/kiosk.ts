import type { LanguageCode } from "@tallystick/contract";

import { say, type TextKey } from "../texts.ts";
import { html, type Html } from "./html.ts";

export interface StaffView {
  readonly language: LanguageCode;
  readonly lenderName: string;
  readonly logo: Html | null;
  /** Where the field's content goes. */
  readonly openPath: string;
  /** What was typed opened nothing. */
  readonly isWrong: boolean;
}

/** Between two applicants. The field is filled by keys or by a scanner that types. */
export function staffContent(view: StaffView): Html {
  const t = (key: TextKey) => say(view.language, key);
  // The hint and, when there is one, the fault are read out with the field.
  const described = view.isWrong ? "kiosk-fault kiosk-hint" : "kiosk-hint";
  return html`
    <main class="page kiosk">
      ${view.logo}
      <p class="lender"><bdi>${view.lenderName}</bdi></p>
      <h1>${t("kiosk.ready_title")}</h1>
      <p class="lead">${t("kiosk.ready_text")}</p>
      <form id="kiosk-form" class="actions" action="${view.openPath}" method="get">
        <label for="kiosk-code">${t("kiosk.code_label")}</label>
        <input
          id="kiosk-code"
          class="code-field"
          name="code"
          dir="ltr"
          maxlength="4000"
          autocomplete="off"
          autocapitalize="none"
          autocorrect="off"
          spellcheck="false"
          enterkeyhint="go"
          required
          autofocus
          aria-describedby="${described}"
          ${view.isWrong && html`aria-invalid="true"`}
        />
        ${view.isWrong && html`<p id="kiosk-fault" class="fault" role="alert">${t("kiosk.code_wrong")}</p> `}
        <p id="kiosk-hint" class="hint-line">${t("kiosk.code_hint")}</p>
        <button type="submit" class="button primary">${t("kiosk.open")}</button>
      </form>
    </main>
  `;
}
