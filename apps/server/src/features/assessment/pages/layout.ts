import { LANGUAGES, type LanguageCode } from "@tallystick/contract";

import { Html, html, jsonForScript } from "./html.ts";
import type { InlineStyle, PageAssets } from "./assets.ts";
import type { Card } from "./preview.ts";
import type { InlineScript } from "./reload.ts";

export interface PageOptions {
  readonly language: LanguageCode;
  readonly title: string;
  readonly assets: PageAssets;
  /** What stands in `#app`. */
  readonly content: Html | null;
  /** Data for the app, and the id of its element; without it the page carries no script. */
  readonly data?: object;
  readonly dataId?: "tallystick-page" | "tallystick-kiosk" | "tallystick-playback";
  /** What messengers show beside a link to this page. */
  readonly card?: Card | null;
  /** A style element of the page itself, after the app's style. */
  readonly style?: Html | null;
  /** A script of the page itself, which its policy allows by its hash. */
  readonly script?: InlineScript | null;
  /** Goes on by itself after so many seconds. */
  readonly refresh?: {
    readonly seconds: number;
    readonly url: string;
    /** The page's script does it and waits while somebody reads; without a script the browser does. */
    readonly isForScript?: boolean;
  } | null;
}

/** The whole document. Order and ids are what the app's page contract says. */
export function renderPage(options: PageOptions): string {
  const { language, title, assets, content, data, dataId = "tallystick-page", card, refresh, script, style } = options;
  const hasScript = data !== undefined;
  return html`<!doctype html>
    <html lang="${language}" dir="${LANGUAGES[language].direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${card ? cardTags(card) : null}${refresh ? refreshTag(refresh) : null}${script ? script.element : null}${assets.styles.map(
          (path) => html`<link rel="stylesheet" href="${path}" /> `,
        )}${assets.inlineStyle && styleElement(assets.inlineStyle)}${style ?? null}${hasScript && assets.preloads.map((path) => html`<link rel="modulepreload" href="${path}" /> `)}${
          hasScript && assets.script !== null && html`<script type="module" src="${assets.script}"></script> `
        }
      </head>
      <body>
        <div id="app">${content}</div>
        ${
          hasScript &&
          html`<script type="application/json" id="${dataId}">
            ${jsonForScript(data)}
          </script> `
        }
      </body>
    </html> `.text;
}

function cardTags({ title, description }: Card): Html {
  return html`<meta name="description" content="${description}" />
    <meta property="og:type" content="website" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${description}" /> `;
}

function refreshTag({ seconds, url, isForScript = false }: NonNullable<PageOptions["refresh"]>): Html {
  const tag = html`<meta http-equiv="refresh" content="${seconds};url=${url}" />`;
  return isForScript ? html`<noscript>${tag}</noscript> ` : html`${tag} `;
}

/** Not a byte more between the tags than was hashed, hence no template that a formatter may break. */
function styleElement({ text }: InlineStyle): Html {
  return new Html(`<style>${text}</style>`);
}
