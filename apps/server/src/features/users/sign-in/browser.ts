import { randomBytes, timingSafeEqual } from "node:crypto";

import fastifyCookie from "@fastify/cookie";

import type { Deps } from "../../../infra/deps.ts";
import { isSecureOrigin } from "../../../infra/secure-origin.ts";

const { parse, serialize } = fastifyCookie;

/** A browser that was not used for so long is a stranger again. */
const KNOWN_DAYS = 180;
/** People who share one browser; the one who signed in longest ago gives way. */
const MAX_PEOPLE = 5;
const DAY_SECONDS = 86_400;

/**
 * What a browser is known by, for one person: a nonce of our own, proved by a keyed hash over it and the person. It
 * opens nothing; it only keeps the owner's tries apart from those of strangers (OWASP: device cookies).
 * Returns the nonce, or null for a browser in which this person never signed in.
 */
export function knownBrowser(deps: Deps, cookies: string | undefined, emailKey: string): string | null {
  return read(deps, cookies).find((entry) => isOf(deps, entry, emailKey))?.nonce ?? null;
}

/** The `Set-Cookie` line after a complete sign-in. The nonce stays, so that a new sign-in empties no bucket. */
export function rememberBrowser(deps: Deps, cookies: string | undefined, emailKey: string): string {
  const entries = read(deps, cookies);
  const nonce = entries.find((entry) => isOf(deps, entry, emailKey))?.nonce ?? randomBytes(12).toString("base64url");
  const others = entries.filter((entry) => !isOf(deps, entry, emailKey)).slice(0, MAX_PEOPLE - 1);
  const day = today().toString(36);
  const own = { nonce, day, proof: proofOf(deps, { nonce, day }, emailKey) };
  return serialize(cookieName(deps), [own, ...others].map(write).join("~"), {
    path: "/",
    httpOnly: true,
    secure: isSecureOrigin(deps.config.beaconUrl),
    sameSite: "strict",
    maxAge: KNOWN_DAYS * DAY_SECONDS,
  });
}

interface Entry {
  readonly nonce: string;
  /** Days since 1970, base 36. */
  readonly day: string;
  readonly proof: string;
}

function read(deps: Deps, cookies: string | undefined): readonly Entry[] {
  const value = cookies === undefined ? undefined : parse(cookies)[cookieName(deps)];
  if (value === undefined) return [];
  return value
    .split("~", MAX_PEOPLE)
    .map((text) => /^([\w-]{16})\.([0-9a-z]{1,6})\.([0-9a-f]{64})$/.exec(text))
    .flatMap((match) => {
      const [, nonce, day, proof] = match ?? [];
      return nonce !== undefined && day !== undefined && proof !== undefined ? [{ nonce, day, proof }] : [];
    })
    .filter(({ day }) => Math.abs(today() - Number.parseInt(day, 36)) <= KNOWN_DAYS);
}

function write({ nonce, day, proof }: Entry): string {
  return `${nonce}.${day}.${proof}`;
}

function isOf(deps: Deps, entry: Entry, emailKey: string): boolean {
  return timingSafeEqual(Buffer.from(entry.proof), Buffer.from(proofOf(deps, entry, emailKey)));
}

function proofOf(deps: Deps, { nonce, day }: Pick<Entry, "nonce" | "day">, emailKey: string): string {
  return deps.secrets.lookupHash(`beacon_browser:${nonce}.${day}.${emailKey}`);
}

/** The process's own clock: a cookie that is known some minutes longer or shorter harms nobody. */
function today(): number {
  return Math.floor(Date.now() / 1000 / DAY_SECONDS);
}

function cookieName(deps: Deps): string {
  return isSecureOrigin(deps.config.beaconUrl) ? "__Host-ts_browser" : "ts_browser";
}

const BROWSERS = [
  ["Edge", /\bEdgA?\//],
  ["Opera", /\bOPR\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Firefox", /\b(Firefox|FxiOS)\//],
  ["Chrome", /\b(Chrome|CriOS)\//],
  ["Safari", /\bSafari\//],
] as const;

const SYSTEMS = [
  ["Android", /\bAndroid\b/],
  ["iOS", /\b(iPhone|iPad|iPod)\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Linux", /\bLinux\b/],
] as const;

/** "Firefox on Linux", for the list of sign-ins; the whole header would tell more than anybody needs. */
export function describeAgent(header: string | undefined): string | null {
  if (header === undefined) return null;
  const browser = BROWSERS.find(([, pattern]) => pattern.test(header))?.[0];
  const system = SYSTEMS.find(([, pattern]) => pattern.test(header))?.[0];
  if (browser !== undefined && system !== undefined) return `${browser} on ${system}`;
  const program = /^([\w.-]{1,40})/.exec(header)?.[1];
  return browser ?? system ?? program ?? null;
}
