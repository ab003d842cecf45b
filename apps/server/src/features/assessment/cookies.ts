import fastifyCookie, { type SerializeOptions } from "@fastify/cookie";

import { isLanguage, type LanguageCode } from "@tallystick/contract";

import { isSecureOrigin } from "../../infra/secure-origin.ts";

const { parse, serialize } = fastifyCookie;

/** A browser that opens many links, such as a tablet in a branch, would outgrow its header: it keeps the newest. */
const KEPT_JOURNEYS = 12;

/** No letter of a token, and one that a cookie carries as it is. */
const LANGUAGE_MARK = "~";

/** A phone on the LAN, over plain http, gets a plain cookie. */
function prefixOf(publicUrl: string): string {
  return isSecureOrigin(publicUrl) ? "__Host-tsj_" : "tsj_";
}

export interface JourneyCookies {
  /** The token of the session asked for; null when its cookie is absent. */
  readonly token: string | null;
  /** The language that was chosen on its consent page; null = none was. */
  readonly language: LanguageCode | null;
  /** Session ids of further journeys in this browser, oldest first. */
  readonly others: readonly string[];
}

export function readJourneyCookies(publicUrl: string, header: string | undefined, sessionId: string): JourneyCookies {
  const prefix = prefixOf(publicUrl);
  const cookies = header === undefined ? {} : parse(header);
  const ids = Object.keys(cookies).flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  const [token = null, language = ""] = cookies[prefix + sessionId]?.split(LANGUAGE_MARK) ?? [];
  return {
    token,
    language: isLanguage(language) ? language : null,
    others: ids.filter((id) => id !== sessionId).toSorted(),
  };
}

export interface JourneyCookie {
  readonly sessionId: string;
  readonly token: string;
  readonly language: LanguageCode | null;
  /** null: until the browser closes, for a device that several applicants share. */
  readonly maxAgeSeconds: number | null;
  /** The environment names pages that may frame the journey. */
  readonly isFramed: boolean;
}

/** The `Set-Cookie` lines that end every journey in this browser: a shared device keeps none between two people. */
export function endedCookieLines(publicUrl: string, header: string | undefined, isFramed: boolean): string[] {
  const prefix = prefixOf(publicUrl);
  const attributes = { ...attributesOf(publicUrl, isFramed), maxAge: 0 };
  return journeysIn(publicUrl, header).map((id) => serialize(prefix + id, "", attributes));
}

function attributesOf(publicUrl: string, isFramed: boolean): SerializeOptions {
  const secure = isSecureOrigin(publicUrl);
  return {
    path: "/",
    httpOnly: true,
    secure,
    // A third party's frame gets its cookie only so, and only over a secure origin.
    ...(isFramed && secure ? { sameSite: "none", partitioned: true } : { sameSite: "lax" }),
  };
}

/** Session ids as cookies name them; a name that is none is passed over. */
function journeysIn(publicUrl: string, header: string | undefined): readonly string[] {
  const prefix = prefixOf(publicUrl);
  const names = header === undefined ? [] : Object.keys(parse(header));
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((id) => /^\w+$/.test(id));
}

/** The `Set-Cookie` lines: this journey's, and the end of the oldest ones beyond those kept. */
export function journeyCookieLines(publicUrl: string, cookie: JourneyCookie, others: readonly string[]): string[] {
  const prefix = prefixOf(publicUrl);
  const attributes = attributesOf(publicUrl, cookie.isFramed);
  // One cookie for a journey, its language in it: a second would be one more thing that a device keeps of a person.
  const value = cookie.language === null ? cookie.token : `${cookie.token}${LANGUAGE_MARK}${cookie.language}`;
  const lifetime = cookie.maxAgeSeconds === null ? {} : { maxAge: cookie.maxAgeSeconds };
  const dropped = others.slice(0, Math.max(0, others.length - (KEPT_JOURNEYS - 1)));
  return [
    serialize(prefix + cookie.sessionId, value, { ...attributes, ...lifetime }),
    ...dropped.filter((id) => /^\w+$/.test(id)).map((id) => serialize(prefix + id, "", { ...attributes, maxAge: 0 })),
  ];
}
