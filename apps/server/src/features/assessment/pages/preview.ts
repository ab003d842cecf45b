import type { LanguageCode } from "@tallystick/contract";

import { say } from "../texts.ts";
import { html, type Html } from "./html.ts";

/** What a messenger shows beside a link. Nothing of the applicant; the lender, who sent it, where they are known. */
export interface Card {
  readonly title: string;
  readonly description: string;
}

export function cardOf(language: LanguageCode, lenderName: string | null): Card {
  const title =
    lenderName === null ? say(language, "preview.title") : say(language, "preview.title_from", { lender: lenderName });
  return { title, description: say(language, "preview.text") };
}

/** For a program that fetches the link; and a way on for a person who was taken for one. */
export function previewContent(language: LanguageCode, card: Card, openUrl: string): Html {
  return html`
    <main class="page end">
      <h1>${card.title}</h1>
      <p class="lead">${card.description}</p>
      <p class="actions">
        <a class="button primary" href="${openUrl}" rel="nofollow">${say(language, "preview.open")}</a>
      </p>
    </main>
  `;
}
