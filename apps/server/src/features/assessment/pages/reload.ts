import { createHash } from "node:crypto";

import { Html } from "./html.ts";

/** A script of one line that stands in the page, and the source by which the page's policy allows it. */
export interface InlineScript {
  readonly element: Html;
  readonly source: string;
}

/**
 * Asks for the same page again. By script, because a browser that refreshes an address with a fragment only jumps to the
 * fragment: `#j=…` of a journey would wait for ever. Without a script there is no journey, and the browser may do it.
 */
export function reloadAfter(seconds: number): InlineScript {
  const text = `setTimeout(function(){location.reload()},${seconds * 1000})`;
  return {
    // Not a byte more between the tags than was hashed.
    element: new Html(
      `<script>${text}</script><noscript><meta http-equiv="refresh" content="${seconds}" /></noscript>`,
    ),
    source: `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  };
}
