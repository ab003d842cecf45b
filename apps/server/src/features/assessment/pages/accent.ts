import type { AccentPalette } from "@tallystick/contract";

import { html, type Html } from "./html.ts";

/** The lender's colours as the custom properties from which the app's base style takes its accent, scheme by scheme. */
export function accentStyle({ light, dark }: AccentPalette, nonce: string): Html {
  return html`<style nonce="${nonce}">
    :root {
      --lender-fill-light: ${light.fill};
      --lender-text-light: ${light.text};
      --lender-fill-dark: ${dark.fill};
      --lender-text-dark: ${dark.text};
    }
  </style> `;
}
