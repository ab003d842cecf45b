/**
 * The lender's colour as it can be read. One function for the server's style, the app and whoever sets the colour: a
 * colour is used as given where it reaches AA (WCAG 2.2, 1.4.3 and 1.4.11), else mended in steps until it does.
 */

/** A filled button in one colour scheme: `#rrggbb` each. */
export interface AccentColours {
  readonly fill: string;
  /** Black or white, whichever is read better on the fill. */
  readonly text: string;
}

/** Light and dark scheme apart: a colour that stands out from white paper may vanish on a black one. */
export interface AccentPalette {
  readonly light: AccentColours;
  readonly dark: AccentColours;
}

export type ColourScheme = keyof AccentPalette;

/** What filled buttons stand on: the page's ground and the surface of dialogs, as in the app's base style. */
export const ACCENT_GROUNDS: Readonly<Record<ColourScheme, readonly string[]>> = {
  light: ["#f7f5f0", "#ffffff"],
  dark: ["#12181f", "#1c2530"],
};

/** Of a fill against what it stands on (1.4.11). */
export const LEAST_FILL_CONTRAST = 3;
/** Of a button's text (1.4.3). Black or white reach it on every colour: at worst sqrt(1.05 / 0.05) = 4.58. */
export const LEAST_TEXT_CONTRAST = 4.5;

/** Of the way to black or white: a repair goes no further past the first readable colour than the eye can tell. */
const STEPS = 50;

/** `accent`: `#rrggbb`. The same colour in a scheme where it is readable already. */
export function accentPalette(accent: string): AccentPalette {
  return { light: coloursIn("light", accent), dark: coloursIn("dark", accent) };
}

/** The schemes in which the colour is not shown as given. */
export function repairedSchemes(accent: string): readonly ColourScheme[] {
  const palette = accentPalette(accent);
  return (["light", "dark"] as const).filter((scheme) => palette[scheme].fill !== accent.toLowerCase());
}

function coloursIn(scheme: ColourScheme, accent: string): AccentColours {
  const channels = channelsOf(accent);
  const target = scheme === "light" ? 0 : 255;
  for (let step = 0; ; step += 1) {
    const fill = hexOf(channels.map((channel) => channel + Math.round(((target - channel) * step) / STEPS)));
    const isReadable = ACCENT_GROUNDS[scheme].every((ground) => contrast(fill, ground) >= LEAST_FILL_CONTRAST);
    // At the last step it is black on light or white on dark, which both pass.
    if (isReadable || step === STEPS) return { fill, text: textOn(fill) };
  }
}

function textOn(fill: string): string {
  return contrast(fill, "#ffffff") >= contrast(fill, "#000000") ? "#ffffff" : "#000000";
}

/** Contrast ratio of two `#rrggbb`, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: string, other: string): number {
  const [first, second] = [luminance(one), luminance(other)];
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

/** Relative luminance of sRGB, 0 to 1 (WCAG 2.2, "relative luminance"). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(colour: string): readonly number[] {
  return [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16));
}

function hexOf(channels: readonly number[]): string {
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}
