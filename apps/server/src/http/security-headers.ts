import type { Deps } from "../infra/deps.ts";

/** Beside it, the dashboard frames pages of its own: a playback, a preview. */
export const BEACON_POLICY_EXTRA = "frame-src 'self'";

export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Strict for every answer: nothing but our own files, no frames, no referrer (addresses hold tokens). A page that may
 * be framed replaces `content-security-policy` and removes `x-frame-options`.
 *
 * The list is OWASP's for 2025. Written once instead of by @fastify/helmet, which puts its policy together again for
 * every request (45 µs, a fifth of a session's creation).
 */
export function securityHeaders(deps: Deps): { readonly pages: Headers; readonly api: Headers } {
  const everywhere = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    ...(deps.config.publicUrl.startsWith("https:") && { "strict-transport-security": "max-age=31536000" }),
  };
  return {
    pages: {
      ...everywhere,
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
      "referrer-policy": "no-referrer",
      "x-permitted-cross-domain-policies": "none",
    },
    // JSON for a lender's server: what a browser would need to load or link from it does not apply.
    api: { ...everywhere, "content-security-policy": "default-src 'none'; frame-ancestors 'none'" },
  };
}

type Headers = Readonly<Record<string, string>>;
