import { catalogueOf, fill, type Language } from "../texts.ts";
import { html, type Html } from "./html.ts";

/** What a messenger shows beside a link. Nothing of the applicant; the lender, who sent it, where they are known. */
export interface Card {
  readonly title: string;
  readonly description: string;
}

export function cardOf(language: Language, lenderName: string | null): Card {
  const texts = catalogueOf(language);
  const title =
    lenderName === null ? texts["preview.title"] : fill(texts["preview.title_from"], { lender: lenderName });
  return { title, description: texts["preview.text"] };
}

/** For a program that fetches the link; and a way on for a person who was taken for one. */
export function previewContent(language: Language, card: Card, openUrl: string): Html {
  return html`
    <main class="page end">
      <h1>${card.title}</h1>
      <p class="lead">${card.description}</p>
      <p class="actions">
        <a class="button primary" href="${openUrl}" rel="nofollow">${catalogueOf(language)["preview.open"]}</a>
      </p>
    </main>
  `;
}
