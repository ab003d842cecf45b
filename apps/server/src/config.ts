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
  readonly metricsToken: string | null;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
}
