// `npx tsx tools/schema.ts`: writes db/schema.sql from the catalogue of a fresh, fully migrated database.
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openDatabase } from "../apps/server/src/infra/database.ts";
import { startEmbedded } from "../apps/server/src/infra/embedded/embedded.ts";
import { createLogger } from "../apps/server/src/infra/logger.ts";
import { migrate } from "../apps/server/src/infra/migrate.ts";
import { projectRoot } from "../apps/server/src/infra/places.ts";
import { dumpSchema } from "../apps/server/src/testing/schema-dump.ts";

const folder = await mkdtemp(join(tmpdir(), "tallystick-schema-"));
await chmod(folder, 0o711); // as root, PostgreSQL runs as another user
const log = createLogger({ logLevel: "warn" });
const store = await startEmbedded({ dataDir: folder, log, settings: { fsync: "off" } });
try {
  await migrate(store.connection, log);
  const db = openDatabase({ connection: store.connection, role: null, poolSize: 4 });
  await writeFile(join(projectRoot(), "db", "schema.sql"), await dumpSchema(db));
  await db.close();
} finally {
  await store.stop();
  await rm(folder, { recursive: true, force: true });
}
