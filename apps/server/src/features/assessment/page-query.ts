import type { LanguageCode } from "@tallystick/contract";
import type { FastifyRequest } from "fastify";

import { chooseLanguage } from "./texts.ts";

/** What the address of a page may say: the language, who may frame it, and where its reader came from. */

export function queryText(request: FastifyRequest, name: string): string | null {
  // An address that could not be read has no query at all.
  const value = ((request.query ?? {}) as Readonly<Record<string, unknown>>)[name];
  return typeof value === "string" ? value : null;
}

/** Whoever asks in a frame brings the Integration ID, which says who may frame the answer: it has to go along. */
export function frameQuery(request: FastifyRequest): Readonly<Record<string, string>> {
  const integration = queryText(request, "integration");
  return integration === null ? {} : { integration };
}

/** `kiosk`: the Integration ID of a shared device, on which nobody may be left in front of that page for long. */
export function recordedUrl(
  request: FastifyRequest,
  sessionId: string,
  { language, kiosk }: { readonly language: LanguageCode; readonly kiosk: string | null },
): string {
  const integration = kiosk === null ? frameQuery(request) : { integration: kiosk };
  const query = new URLSearchParams({ lang: language, from: sessionId, ...integration });
  return `/recorded?${query.toString()}`;
}

/** What the address says comes first, then `languages`, then the browser. */
export function languageFor(
  request: FastifyRequest,
  languages: readonly (string | null)[],
  offered: readonly LanguageCode[],
): LanguageCode {
  return chooseLanguage({
    tags: [queryText(request, "lang"), ...languages],
    acceptLanguage: request.headers["accept-language"],
    offered,
  });
}
