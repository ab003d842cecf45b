import { catalogueOf, type Language } from "../texts.ts";
import { html, type Html } from "./html.ts";

export interface StaffView {
  readonly language: Language;
  readonly lenderName: string;
  readonly logo: Html | null;
  /** Where the field's content goes. */
  readonly openPath: string;
  /** What was typed opened nothing. */
  readonly isWrong: boolean;
}

/** Between two applicants. The field is filled by keys or by a scanner that types. */
export function staffContent(view: StaffView): Html {
  const texts = catalogueOf(view.language);
  // The hint and, when there is one, the fault are read out with the field.
  const described = view.isWrong ? "kiosk-fault kiosk-hint" : "kiosk-hint";
  return html`
    <main class="page kiosk">
      ${view.logo}
      <p class="lender">${view.lenderName}</p>
      <h1>${texts["kiosk.ready_title"]}</h1>
      <p class="lead">${texts["kiosk.ready_text"]}</p>
      <form id="kiosk-form" class="actions" action="${view.openPath}" method="get">
        <label for="kiosk-code">${texts["kiosk.code_label"]}</label>
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
        ${view.isWrong && html`<p id="kiosk-fault" class="fault" role="alert">${texts["kiosk.code_wrong"]}</p> `}
        <p id="kiosk-hint" class="hint-line">${texts["kiosk.code_hint"]}</p>
        <button type="submit" class="button primary">${texts["kiosk.open"]}</button>
      </form>
    </main>
  `;
}
