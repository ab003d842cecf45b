import type { LanguageCode } from "@tallystick/contract";

import { say, type TextKey } from "../texts.ts";
import { html, type Html } from "./html.ts";
import { languageChoice } from "./languages.ts";

export interface ConsentView {
  readonly language: LanguageCode;
  readonly offered: readonly LanguageCode[];
  readonly lenderName: string;
  /** The lender's picture above the name; null = none. */
  readonly logo: Html | null;
  readonly policyUrl: string | null;
  readonly minutes: number;
  /** What the address of this page carries beside the language. */
  readonly query: Readonly<Record<string, string>>;
  /** The page that says all that is recorded. */
  readonly recordedUrl: string;
}

/** Readable before any script runs; the buttons wait for the script that acts on them. */
export function consentContent(view: ConsentView): Html {
  const t = (key: TextKey) => say(view.language, key, { lender: view.lenderName, count: view.minutes });
  return html`
    <main class="page consent">
      ${languageChoice(view)} ${view.logo}
      <p class="lender"><bdi>${view.lenderName}</bdi></p>
      <h1>${t("consent.title")}</h1>
      <p class="lead">${t("consent.lead")}</p>
      <h2>${t("consent.what_title")}</h2>
      <ul class="points">
        <li>${t("consent.what_answers")}</li>
        <li>${t("consent.what_device")}</li>
        <li>${t("consent.what_never")}</li>
      </ul>
      <p><a class="policy" id="consent-recorded" href="${view.recordedUrl}">${t("consent.recorded")}</a></p>
      <h2>${t("consent.why_title")}</h2>
      <p>${t("consent.why_text")}</p>
      <h2>${t("consent.choice_title")}</h2>
      <p>${t("consent.choice_text")}</p>
      ${
        view.policyUrl !== null &&
        html`<p>
          <a class="policy" href="${view.policyUrl}" target="_blank" rel="noopener noreferrer"
            >${t("consent.policy")}</a
          >
        </p> `
      }
      <form id="consent" class="actions">
        <button id="consent-accept" type="submit" class="button primary" disabled>${t("consent.accept")}</button>
        <button id="consent-decline" type="button" class="button quiet" disabled>${t("consent.decline")}</button>
        <p id="consent-status" class="status" role="status"></p>
      </form>
      <noscript><p class="notice">${t("consent.noscript")}</p></noscript>
    </main>
  `;
}
