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
  readonly metricsToken: string | null;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
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
  METRICS_TOKEN: z
    .string()
    .min(16, "must have at least 16 characters")
    .optional()
    .describe("Bearer token that opens /metrics from anywhere. Without it only loopback may read them."),
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
  const publicUrl = settings.PUBLIC_URL ?? `http://${reachableHost(settings.HOST)}:${settings.PORT}`;
  return {
    port: settings.PORT,
    host: settings.HOST,
    publicUrl,
    beaconUrl: settings.BEACON_URL ?? publicUrl,
    databaseUrl: settings.DATABASE_URL ?? null,
    dataDir: resolve(settings.TALLYSTICK_DATA),
    secretRing: settings.TALLYSTICK_SECRET ?? null,
    egressAllow: settings.EGRESS_ALLOW,
    allowLoopbackWebhooks: isLoopback(settings.HOST),
    trustProxyHops: settings.TRUST_PROXY,
    sessionRate: settings.SESSION_RATE,
    metricsToken: settings.METRICS_TOKEN ?? null,
    logLevel: settings.LOG_LEVEL,
  };
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
