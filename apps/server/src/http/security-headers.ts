import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../infra/deps.ts";

/**
 * Strict for every answer: nothing but our own files, no frames, no referrer (addresses hold tokens). A page that may
 * be framed replaces `content-security-policy` itself and removes `x-frame-options`.
 */
export function registerSecurityHeaders(app: FastifyInstance, deps: Deps): void {
  const secure = deps.config.publicUrl.startsWith("https:");
  void app.register(helmet, {
    global: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    crossOriginEmbedderPolicy: false,
    hsts: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
}
