/** What a drawing may consist of. Everything that is not named here is left out or refused. */

export const SVG_NAMESPACE = "http://www.w3.org/2000/svg";
export const XLINK_NAMESPACE = "http://www.w3.org/1999/xlink";

export const ELEMENTS: ReadonlySet<string> = new Set([
  "svg",
  "g",
  "defs",
  "symbol",
  "use",
  "path",
  "rect",
  "circle",
  "ellipse",
  "line",
  "polyline",
  "polygon",
  "linearGradient",
  "radialGradient",
  "stop",
  "clipPath",
  "mask",
]);

/** Words about a drawing that nobody sees: left out with everything in them. */
export const UNSEEN: ReadonlySet<string> = new Set(["title", "desc", "metadata"]);

/** What would change the picture if it were left out, or does more than draw: why it is refused, and the way to mend. */
export const REFUSED: Readonly<Record<string, string>> = {
  script: "holds a script",
  foreignObject: "holds a foreignObject, which is a web page inside the picture",
  style: "holds a <style> element; export it with presentation attributes or inline styles instead",
  text: "holds text, which looks different on every phone; convert it to paths",
  image: "holds an <image>; draw it as paths, or send the whole logo as a PNG",
  filter: "holds a filter, which slow phones can not draw; flatten it, or send a PNG",
  pattern: "holds a pattern; expand it to shapes, or send a PNG",
  a: "holds a link (<a>)",
};

const GEOMETRY =
  "d points x y width height rx ry cx cy r fx fy fr x1 y1 x2 y2 pathLength transform gradientTransform gradientUnits " +
  "spreadMethod offset clipPathUnits maskUnits maskContentUnits viewBox preserveAspectRatio id";

/** They may stand in `style` too. */
const PRESENTATION =
  "fill fill-opacity fill-rule clip-rule clip-path mask mask-type stroke stroke-opacity stroke-width stroke-linecap " +
  "stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset stop-color stop-opacity opacity color display " +
  "visibility paint-order vector-effect shape-rendering overflow";

export const STYLE_PROPERTIES: ReadonlySet<string> = new Set(PRESENTATION.split(" "));
export const ATTRIBUTES: ReadonlySet<string> = new Set([...GEOMETRY.split(" "), ...STYLE_PROPERTIES]);

const FUNCTIONS: ReadonlySet<string> = new Set([
  "rgb",
  "rgba",
  "hsl",
  "hsla",
  "matrix",
  "translate",
  "scale",
  "rotate",
  "skewX",
  "skewY",
]);

/** What may name a part of the same picture. */
const ID = /^[A-Za-z_][\w.-]{0,99}$/;

export function isId(value: string): boolean {
  return ID.test(value);
}

/** `url(#id)` with or without quotes, and a fallback after it. */
const REFERENCE = /^url\(\s*(["']?)#([^"')]*)\1\s*\)(.*)$/s;

export interface AllowedValue {
  readonly value: string;
  /** The id it points to; null = none. */
  readonly points: string | null;
}

/** A value of numbers, words, colours, or `url(#id)`; null when it is anything else, with no letter given to escapes. */
export function allowedValue(given: string): AllowedValue | null {
  const value = given.replace(/\s+/g, " ").trim();
  const reference = REFERENCE.exec(value);
  if (reference === null) return isPlain(value) ? { value, points: null } : null;
  const [, , id = "", rest = ""] = reference;
  if (!isId(id) || !isPlain(rest)) return null;
  return { value: `url(#${id})${rest}`, points: id };
}

/** No quotes, colons, slashes, backslashes or `@`: nothing that could name a place or hide a letter. */
function isPlain(value: string): boolean {
  if (!/^[\w #%.,()+-]*$/.test(value)) return false;
  return [...value.matchAll(/([\w-]*) ?\(/g)].every(([, name = ""]) => FUNCTIONS.has(name));
}
