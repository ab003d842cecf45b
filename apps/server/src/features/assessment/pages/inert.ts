import { Html } from "./html.ts";

/**
 * A page's content as a picture: what it shows stays, and nothing of it leads anywhere or takes the focus. Links out
 * of our pages keep their target as a tooltip, for whoever wants to check it. The content is our own and quotes every attribute with `"`.
 */
export function inertContent(content: Html): Html {
  return new Html(
    content.text
      // Without a script, which a preview has not, a browser would show it.
      .replace(/<noscript>.*?<\/noscript>/gs, "")
      .replace(/<a\b([^>]*?)\shref="([^"]*)"/g, (_, before: string, target: string) => {
        const tooltip = /^[a-z][a-z0-9+.-]*:/i.test(target) ? ` title="${target}"` : "";
        return `<a${before} role="link" aria-disabled="true"${tooltip}`;
      })
      .replace(/\s(?:action|target|rel|hreflang)="[^"]*"/g, "")
      .replace(/\stype="submit"/g, ' type="button"')
      // The script that waits to act on them would have let them go.
      .replace(/\s(?:disabled|autofocus)(?=[\s>])/g, ""),
  );
}

/** What a browser draws for a link only where it leads somewhere. */
export const INERT_STYLE = `a:not(.button){text-decoration:underline}a,button,input{cursor:default}`;
