import { gzipSync } from "node:zlib";

import type { FastifyReply, FastifyRequest } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import type { Manifest } from "./pages/assets.ts";

/** What a page needs of the request: nothing in it may decide more than the language. */
export interface PageContext {
  readonly deps: Deps;
  readonly manifest: Manifest;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** 303, so that a browser asks by GET and keeps nothing. */
export function goTo(reply: FastifyReply, url: string): FastifyReply {
  return reply.header("cache-control", "no-store").redirect(url, 303);
}

/** A page under a strict policy, kept by nobody. */
export function sendHtml(
  { reply, request, manifest }: PageContext,
  page: string,
  options: {
    readonly status: number;
    readonly frameAncestors: readonly string[];
    /** Of a style of this one answer. */
    readonly nonce?: string | null;
    /** Of a script that stands in the page. */
    readonly scriptSource?: string | undefined;
    /** Only to be looked at: no script runs, no form is sent, no other page is reached. */
    readonly isPicture?: true;
  },
): FastifyReply {
  const ancestors = options.frameAncestors.length === 0 ? "'none'" : options.frameAncestors.join(" ");
  const nonces = options.nonce ? [`'nonce-${options.nonce}'`] : [];
  const styles = ["'self'", ...(manifest?.style ? [manifest.style.source] : []), ...nonces].join(" ");
  const scripts = ["'self'", ...(options.scriptSource === undefined ? [] : [options.scriptSource])].join(" ");
  if (options.frameAncestors.length > 0) reply.removeHeader("x-frame-options");
  const policy =
    `default-src 'none'; script-src ${scripts}; style-src ${styles}; img-src 'self' data:; connect-src 'self'; ` +
    `form-action 'self'; base-uri 'none'; frame-ancestors ${ancestors}`;
  // Of its own origin all the same: a logo is given to no other, and without scripts nobody can make use of it.
  const picture = `sandbox allow-same-origin; default-src 'none'; style-src ${styles}; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors ${ancestors}`;
  void reply
    .code(options.status)
    .header("content-security-policy", options.isPicture ? picture : policy)
    .header("referrer-policy", "no-referrer")
    .header("cache-control", "no-store")
    .header("vary", "accept-encoding")
    .type("text/html; charset=utf-8");
  // With its style inside, the bare page would not fit the first flight of a connection (about 14 kB).
  if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return reply.send(page);
  return reply.header("content-encoding", "gzip").send(gzipSync(page));
}
