import type { LanguageCode } from "@tallystick/contract";
import type { FastifyRequest } from "fastify";

import { chooseLanguage } from "./texts.ts";

/** What the address of a page may say: the language, who may frame it, and where its reader came from. */

export function queryText(request: FastifyRequest, name: string): string | null {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  return typeof value === "string" ? value : null;
}

/** Whoever asks in a frame brings the Integration ID, which says who may frame the answer: it has to go along. */
export function frameQuery(request: FastifyRequest): Readonly<Record<string, string>> {
  const integration = queryText(request, "integration");
  return integration === null ? {} : { integration };
}

export function recordedUrl(request: FastifyRequest, sessionId: string, language: LanguageCode): string {
  const query = new URLSearchParams({ lang: language, from: sessionId, ...frameQuery(request) });
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
