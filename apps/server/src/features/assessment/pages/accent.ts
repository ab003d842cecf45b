import { html, type Html } from "./html.ts";

/** Relative luminance above which black text on the colour has the better contrast (WCAG 2, sRGB). */
const LIGHT = 0.179;

/** The lender's colour for what the style sheet fills with `--accent`, and the readable colour on it. */
export function accentStyle(accent: string, nonce: string): Html {
  const channels = [1, 3, 5].map((from) => parseInt(accent.slice(from, from + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  const onAccent = 0.2126 * red + 0.7152 * green + 0.0722 * blue > LIGHT ? "#000000" : "#ffffff";
  return html`<style nonce="${nonce}">
    :root {
      --accent: ${accent};
      --on-accent: ${onAccent};
    }
  </style> `;
}
