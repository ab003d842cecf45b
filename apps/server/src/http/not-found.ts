import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { fail } from "../infra/errors.ts";

interface KnownRoute {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** The page for a person in front of an address that means nothing. */
export type ReaderPage = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/**
 * 404 without the address (it may hold a token), or 405 with `Allow` when only the method is wrong. Decided before the
 * body is read, so that an unknown address never costs an upload.
 */
export function registerNotFound(app: FastifyInstance, answerReader: ReaderPage): void {
  const routes = new Map<string, KnownRoute>();
  app.addHook("onRoute", ({ url, method }) => {
    const known = routes.get(url) ?? { pattern: toPattern(url), methods: new Set<string>() };
    for (const name of [method].flat()) known.methods.add(name);
    routes.set(url, known);
  });
  app.addHook("onRequest", async (request, reply) => {
    if (!request.is404) return undefined;
    const path = request.raw.url?.split("?")[0] ?? "/";
    const methods = [...routes.values()]
      .filter((route) => route.pattern.test(path))
      .flatMap((route) => [...route.methods]);
    if (methods.length === 0 || methods.includes(request.method)) {
      if (!isReader(request)) throw fail("not_found", "Nothing is here.");
      return answerReader(request, reply);
    }
    const allow = [...new Set(methods)].toSorted().join(", ");
    throw fail("method_not_allowed", `This address answers ${allow}.`, { headers: { allow } });
  });
  app.setNotFoundHandler(() => {
    throw fail("not_found", "Nothing is here.");
  });
}

/** A browser showing a page to a person; programs ask for JSON or for anything. */
export function isReader(request: FastifyRequest): boolean {
  return request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
}

/** `/play/:id/open` → `^/play/[^/]+/open$`; `:id(regex)` keeps its regex, `*` takes the rest. */
function toPattern(url: string): RegExp {
  const source = url.replace(
    /:[A-Za-z0-9_]+(\((?:[^()]|\([^()]*\))*\))?|\*|[.+?^${}()|[\]\\]/g,
    (match, regex?: string) => {
      if (match === "*") return ".*";
      if (match.startsWith(":")) return regex ?? "[^/]+";
      return `\\${match}`;
    },
  );
  return new RegExp(`^${source}$`);
}
