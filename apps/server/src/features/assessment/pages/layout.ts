import { LANGUAGES, type LanguageCode } from "@tallystick/contract";

import { Html, html, jsonForScript } from "./html.ts";
import type { InlineStyle, PageAssets } from "./assets.ts";

export interface PageOptions {
  readonly language: LanguageCode;
  readonly title: string;
  readonly assets: PageAssets;
  /** What stands in `#app`. */
  readonly content: Html | null;
  /** Data for the app; without it the page carries no script. */
  readonly data?: object;
  /** A style element of the page itself, after the app's style. */
  readonly style?: Html | null;
  /** Goes on by itself after so many seconds. */
  readonly refresh?: { readonly seconds: number; readonly url: string } | null;
}

/** The whole document. Order and ids are what the app's page contract says. */
export function renderPage(options: PageOptions): string {
  const { language, title, assets, content, data, refresh, style } = options;
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
        ${refresh ? html`<meta http-equiv="refresh" content="${refresh.seconds};url=${refresh.url}" /> ` : null}${assets.styles.map(
          (path) => html`<link rel="stylesheet" href="${path}" /> `,
        )}${assets.inlineStyle && styleElement(assets.inlineStyle)}${style ?? null}${hasScript && assets.preloads.map((path) => html`<link rel="modulepreload" href="${path}" /> `)}${
          hasScript && assets.script !== null && html`<script type="module" src="${assets.script}"></script> `
        }
      </head>
      <body>
        <div id="app">${content}</div>
        ${
          hasScript &&
          html`<script type="application/json" id="tallystick-page">
            ${jsonForScript(data)}
          </script> `
        }
      </body>
    </html> `.text;
}

/** Not a byte more between the tags than was hashed, hence no template that a formatter may break. */
function styleElement({ text }: InlineStyle): Html {
  return new Html(`<style>${text}</style>`);
}
