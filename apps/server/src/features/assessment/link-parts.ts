/** What a person opens, types or scans may carry what a messenger put around the link. */

/** `/a/<code>` with brackets, quotes, a full stop or dots around it; null when what stands there is not one code. */
export function codeIn(secret: string): string | null {
  // Neither letters nor digits around it: a second word would make it a guess.
  return /^[^\p{L}\p{N}]*([0-9a-z]{1,40})[^\p{L}\p{N}]*$/iu.exec(secret)?.[1]?.toLowerCase() ?? null;
}

/** An access token without what follows its last sign. */
export function tokenIn(secret: string): string {
  return secret.replace(/[^A-Za-z0-9_-]+$/, "");
}

export interface GivenLink {
  readonly door: "token" | "code";
  readonly secret: string;
}

const LONGEST = 4_000;

/** A link or a code as staff type or scan it: any case, with spaces or dashes between its groups; null = nothing there. */
export function linkIn(text: string): GivenLink | null {
  const [given = ""] = text.slice(0, LONGEST).trim().split(/[?#]/);
  const place = given.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  const parts = place.split("/").filter((part) => codeIn(part) !== null || isToken(tokenIn(part)));
  const last = parts.at(-1) ?? (place.includes("/") ? "" : place);
  if (isToken(tokenIn(last))) return { door: "token", secret: tokenIn(last) };
  const code = codeIn(last.replace(/[\s\p{Pd}]+/gu, ""));
  // Signs that are taken for each other: the alphabet of codes has no i, l, o.
  return code === null ? null : { door: "code", secret: code.replace(/[il]/g, "1").replaceAll("o", "0") };
}

function isToken(part: string): boolean {
  return /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(part);
}
