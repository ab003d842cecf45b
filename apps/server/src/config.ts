import { resolve } from "node:path";
import { z } from "zod";

import { parseKeyRing } from "./infra/key-ring.ts";
import { StartRefused } from "./infra/start-refused.ts";

/** Everything the environment may say, parsed once in `start/`. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** An origin without a trailing slash. */
  readonly publicUrl: string;
  readonly beaconUrl: string;
  /** null: the embedded server in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Key-encryption key ring, first encrypts; null: read from or created in `dataDir` (embedded database only). */
  readonly secretRing: string | null;
  /** CIDRs that webhooks may reach although the guard would refuse them. */
  readonly egressAllow: readonly string[];
  /** Webhooks to loopback are allowed: true while `host` is loopback. */
  readonly allowLoopbackWebhooks: boolean;
  readonly trustProxyHops: number;
  /** Session creation for each API key, in each process. */
  readonly sessionRate: { readonly perSecond: number; readonly burst: number };
  /** Webhooks a second to one endpoint, in each process. */
  readonly webhookRate: number;
  readonly metricsToken: string | null;
  /** null: mails are kept in `<dataDir>/outbox`. */
  readonly smtpUrl: string | null;
  /** The sender, `Name <address>`. */
  readonly mailFrom: string;
  /** null: people sign in with a password. */
  readonly oidc: OidcConfig | null;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
}

/** The identity provider that people may sign in with. */
export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What people call it, on the sign-in page. */
  readonly name: string;
  /** Lower case; empty: any. */
  readonly allowedDomains: readonly string[];
}

const origin = z
  .string()
  .refine((value) => isOrigin(value), "must be an origin such as https://play.lender.example, without a path")
  .transform((value) => value.replace(/\/$/, ""));

/** The settings in the order of the reference page, which `npm run docs` writes from these descriptions. */
export const settingsSchema = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, "must be a number from 0 to 65535")
    .transform(Number)
    .refine((port) => port <= 65_535, "must be a number from 0 to 65535")
    .default(8080)
    .describe("Port of the HTTP server. 0 takes any free one."),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, "must be an address or a host name")
    .refine((host) => URL.canParse(`http://${reachableHost(host)}`), "must be an address or a host name")
    .default("127.0.0.1")
    .describe(
      "Address the server listens on. While it is a loopback address, webhooks to loopback are allowed, so that a receiver on the same machine can be tried out. 0.0.0.0 listens on all.",
    ),
  PUBLIC_URL: origin
    .optional()
    .describe(
      "Origin under which applicants and lenders reach the server; it stands in every link. Without it: http:// and 127.0.0.1 (or HOST) with PORT.",
    ),
  BEACON_URL: origin.optional().describe("Origin of the dashboard. Without it: PUBLIC_URL."),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must begin with postgresql://")
    .optional()
    .describe(
      "An external PostgreSQL (15 or newer). The login must own the database; it needs no superuser. Without it an embedded PostgreSQL runs in TALLYSTICK_DATA.",
    ),
  TALLYSTICK_DATA: z
    .string()
    .default("./.tallystick")
    .describe("Data folder: the embedded database, its key file, notices of the first start."),
  TALLYSTICK_SECRET: z
    .string()
    .refine((value) => problemOf(() => parseKeyRing(value)) === null, {
      error: (issue) => problemOf(() => parseKeyRing(String(issue.input))) ?? "is malformed",
    })
    .optional()
    .describe(
      "Key-encryption key ring `2:<base64>,1:<base64>`, 32 bytes each: the first encrypts, all decrypt. Required with DATABASE_URL. For the embedded database it is made at the first start and kept in the data folder.",
    ),
  EGRESS_ALLOW: z
    .string()
    .transform((value) => value.split(/[\s,]+/).filter((part) => part !== ""))
    .pipe(z.array(z.union([z.cidrv4(), z.cidrv6()], "must be address ranges such as 10.0.0.0/8, separated by commas")))
    .default([])
    .describe("Address ranges (CIDR, separated by commas) that webhooks may reach although they are not public."),
  TRUST_PROXY: z
    .string()
    .regex(/^\d{1,2}$/, "must be the number of proxies in front of the server")
    .transform(Number)
    .default(0)
    .describe("Number of proxies in front of the server whose X-Forwarded-For is believed."),
  SESSION_RATE: z
    .string()
    .regex(/^[1-9]\d{0,6}\/[1-9]\d{0,6}$/, "must be two numbers such as 50/200")
    .transform((value) => {
      const [perSecond = 0, burst = 0] = value.split("/").map(Number);
      return { perSecond, burst };
    })
    .default({ perSecond: 50, burst: 200 })
    .describe("Sessions an API key may create: so many a second, and so many at once (`50/200`). Counted by process."),
  WEBHOOK_RATE: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, "must be a number from 1 to 9999999")
    .transform(Number)
    .default(500)
    .describe(
      "Webhooks a second that one endpoint gets at most, so that a burst of one lender leaves the others their share; what comes faster waits. Counted by process.",
    ),
  METRICS_TOKEN: z
    .string()
    .min(16, "must have at least 16 characters")
    .optional()
    .describe("Bearer token that opens /metrics from anywhere. Without it only loopback may read them."),
  SMTP_URL: z
    .string()
    .refine((value) => isSmtpUrl(value), "must be such as smtps://user:password@mail.lender.example")
    .optional()
    .describe(
      "Server that sends the mails (invitations, resets): smtps://user:password@host or smtp://…, which insists on STARTTLS unless the host is loopback or `?tls=off` stands behind it. Without it mails are kept in the folder outbox of TALLYSTICK_DATA; read them with `tallystick outbox list`.",
    ),
  MAIL_FROM: z
    .string()
    .regex(/^([^<>\r\n"]{1,100} )?<?[^\s<>@"]+@[^\s<>@"]+>?$/, "must be an address, or Name <address>")
    .optional()
    .describe("Sender of the mails. Without it: Tallystick <tallystick@ the host of BEACON_URL>."),
  OIDC_ISSUER: z
    .string()
    .refine((value) => isIssuer(value), "must be an https address such as https://login.lender.example")
    .optional()
    .describe(
      "Identity provider (OpenID Connect) that people may sign in with, beside or instead of a password. Needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET; register `<BEACON_URL>/beacon/api/sign-in/oidc/callback` there as the redirect address.",
    ),
  OIDC_CLIENT_ID: z.string().optional().describe("What the identity provider calls this server."),
  OIDC_CLIENT_SECRET: z.string().optional().describe("The secret that the identity provider gave for it."),
  OIDC_NAME: z
    .string()
    .max(60, "must have at most 60 characters")
    .default("single sign-on")
    .describe("What people call the identity provider; shown where they sign in."),
  OIDC_ALLOWED_DOMAINS: z
    .string()
    .transform((value) =>
      value
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((part) => part !== ""),
    )
    .pipe(z.array(z.string().regex(/^[a-z0-9.-]+\.[a-z0-9-]+$/, "must be domains such as lender.example")))
    .default([])
    .describe("Domains of e-mail addresses that may come in by OIDC, separated by commas. Without it: any."),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
    .default("info")
    .describe("Least severity that is logged. Where a person starts the server on a terminal, it is warn unless set."),
});

/**
 * An empty value counts as absent. Throws StartRefused with one line per setting that is wrong; a value is never
 * repeated in it, since it may be a secret.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.keys(settingsSchema.shape).flatMap((name) => {
    const value = env[name]?.trim();
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  const parsed = settingsSchema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`);
    throw new StartRefused([...new Set(lines)].join("\n"));
  }
  const settings = parsed.data;
  const oidc = readOidc(settings);
  const publicUrl = settings.PUBLIC_URL ?? `http://${reachableHost(settings.HOST)}:${settings.PORT}`;
  const beaconUrl = settings.BEACON_URL ?? publicUrl;
  return {
    port: settings.PORT,
    host: settings.HOST,
    publicUrl,
    beaconUrl,
    databaseUrl: settings.DATABASE_URL ?? null,
    dataDir: resolve(settings.TALLYSTICK_DATA),
    secretRing: settings.TALLYSTICK_SECRET ?? null,
    egressAllow: settings.EGRESS_ALLOW,
    allowLoopbackWebhooks: isLoopback(settings.HOST),
    trustProxyHops: settings.TRUST_PROXY,
    sessionRate: settings.SESSION_RATE,
    webhookRate: settings.WEBHOOK_RATE,
    metricsToken: settings.METRICS_TOKEN ?? null,
    smtpUrl: settings.SMTP_URL ?? null,
    mailFrom: settings.MAIL_FROM ?? `Tallystick <tallystick@${new URL(beaconUrl).hostname}>`,
    oidc,
    logLevel: settings.LOG_LEVEL,
  };
}

/** All three or none: half a provider would show only when the first person tries to sign in. */
function readOidc(settings: z.output<typeof settingsSchema>): OidcConfig | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = settings;
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return null;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    const names = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret };
    const missing = Object.entries(names).flatMap(([name, value]) => (value === undefined ? [name] : []));
    throw new StartRefused(`${missing.join(" and ")} must be set too: single sign-on needs all three.`);
  }
  const { OIDC_NAME: name, OIDC_ALLOWED_DOMAINS: allowedDomains } = settings;
  return { issuer, clientId, clientSecret, name, allowedDomains };
}

function isSmtpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^smtps?:$/.test(url.protocol) && url.hostname !== "" && /^(\?tls=off)?$/.test(url.search);
}

/** Plain http only to this machine, for trying out. */
function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, search, hash } = new URL(value);
  return (protocol === "https:" || (protocol === "http:" && isLoopback(hostname))) && search === "" && hash === "";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** "All addresses" is nothing a browser can open. */
function reachableHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && value.replace(/\/$/, "") === url.origin;
}

function problemOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^TALLYSTICK_SECRET /, "") : "is malformed";
  }
}
