import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../infra/embedded/embedded.ts";
import { createLogger } from "../infra/logger.ts";
import { migrate } from "../infra/migrate.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The socket's folder of the run's PostgreSQL; its database `tallystick` is migrated and only ever cloned. */
    readonly storeSocketFolder: string;
  }
}

/** One PostgreSQL for the whole test run. It forgets on a crash, so the tests that kill start their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "tallystick-test-"));
  await chmod(folder, 0o711); // as root, PostgreSQL runs as another user
  const log = createLogger({ logLevel: "warn" });
  const store = await startEmbedded({
    dataDir: folder,
    log,
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" },
  });
  await migrate(store.connection, log);
  project.provide("storeSocketFolder", String(store.connection.host));
  return async () => {
    await store.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
