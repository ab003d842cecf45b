import type { FastifyInstance, FastifyReply } from "fastify";
import type { Deps } from "../../infra/deps.ts";
import { openApiDocument } from "./openapi.ts";
import { findDocsFolder, loadSite, type Site } from "./site.ts";

/** No script at all, one stylesheet of our own and our own images. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Rendered on the first request: a start that nobody reads the docs of pays nothing. */
function lazily<T>(make: () => T): () => T {
  let value: { readonly made: T } | null = null;
  return () => (value ??= { made: make() }).made;
}

function sendPage(reply: FastifyReply, site: Site, url: string): FastifyReply {
  const asset = site.files.get(url);
  reply.header("content-security-policy", CONTENT_SECURITY_POLICY).header("x-content-type-options", "nosniff");
  if (asset === undefined) return reply.code(404).type("text/html; charset=utf-8").send(site.notFound);
  return reply.header("cache-control", "public, max-age=300").type(asset.type).send(asset.body);
}

/** `/openapi.json`, `/docs` and everything under it. Public: they tell nothing about this installation. */
export function registerDocsRoutes(app: FastifyInstance, deps: Deps): void {
  const site = lazily(() => loadSite(findDocsFolder()));
  const document = lazily(() => JSON.stringify(openApiDocument(deps.config.publicUrl)));

  app.get("/openapi.json", (_request, reply) =>
    reply
      .header("cache-control", "public, max-age=300")
      .header("access-control-allow-origin", "*")
      .type("application/json; charset=utf-8")
      .send(document()),
  );
  app.get("/docs", (_request, reply) => sendPage(reply, site(), "/docs"));
  app.get<{ Params: { "*": string } }>("/docs/*", (request, reply) => {
    const url = `/docs/${request.params["*"]}`;
    if (!url.endsWith("/")) return sendPage(reply, site(), url);
    const page = url.replace(/\/+$/, "");
    return site().files.has(page) ? reply.redirect(page, 308) : sendPage(reply, site(), url);
  });
}
