import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SYSTEM } from "../../features/audit/service.ts";
import { createCompany } from "../../features/companies/service.ts";
import { createDeployment } from "../../features/deployments/service.ts";
import { startExternalPostgres, systemPostgres, type ExternalPostgres } from "../../testing/external-postgres.ts";
import { emptyDatabase, TEST_CONFIG, testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { openDatabase } from "../database.ts";
import { loadSecrets } from "../load-secrets.ts";
import { createLogger } from "../logger.ts";
import { migrate } from "../migrate.ts";
import { takeBackup } from "./take-backup.ts";
import { fingerprints, folder, query, restoreInto } from "./testing/worlds.ts";

const bin = systemPostgres();
if (bin === null) process.stderr.write("skipped: no PostgreSQL of the system to move a backup to\n");

/** Usually another major version, over TCP, with a login that owns its database and is nothing more. */
describe.skipIf(bin === null)("a PostgreSQL of the operator's own (else skipped)", () => {
  let external: ExternalPostgres;
  let source: TestDeps;
  let place: Awaited<ReturnType<typeof folder>>;

  beforeAll(async () => {
    external = await startExternalPostgres(bin ?? "");
    source = await testDeps();
    place = await folder();
    const { companyId } = await createCompany(source.deps, { name: "Acme", actor: SYSTEM });
    await createDeployment(source.deps, { companyId, name: "Loans", actor: SYSTEM });
  });
  afterAll(async () => {
    await external.stop();
    await source.close();
    await place.remove();
  });

  test("a backup moves to a server of its own version and back, row for row", async () => {
    const there = await external.createDatabase({ createRole: true });
    const connection = { connectionString: there.url };
    const first = await takeBackup(source.connection, { target: place.path });
    await restoreInto(connection, first.file);
    const [superuser] = await query(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
    expect(superuser).toEqual({ rolsuper: false });
    const rows = await fingerprints(source.connection);
    expect(await fingerprints(connection)).toEqual(rows);

    const second = await takeBackup(connection, { target: `${place.path}/back.tar` });
    const back = await emptyDatabase();
    await restoreInto(back.connection, second.file);
    expect(await fingerprints(back.connection)).toEqual(rows);
    await back.drop();
  });

  test("settings of a server, such as its time zone, date style and time limits, change no value", async () => {
    const [from, to] = [
      await external.createDatabase({ createRole: true }),
      await external.createDatabase({ createRole: true }),
    ];
    const connection = { connectionString: from.url };
    await migrate(connection, createLogger({ logLevel: "silent" }));
    const db = openDatabase({ connection, role: "tallystick_app", poolSize: 1 });
    await loadSecrets(db, TEST_CONFIG);
    await db.query(
      "INSERT INTO companies (company_id, name, created_at) VALUES ('cmp_a', 'A', '2026-03-04 05:06:07.123456Z')",
    );
    await db.close();
    for (const { login } of [from, to]) {
      await external.query(`ALTER DATABASE ${login} SET timezone = 'Asia/Kolkata'`);
      await external.query(`ALTER DATABASE ${login} SET datestyle = 'German, DMY'`);
      await external.query(`ALTER DATABASE ${login} SET statement_timeout = '1s'`);
    }
    const { file, manifest } = await takeBackup(connection, { target: `${place.path}/settings.tar` });
    expect(manifest.taken_at).toMatch(/Z$/);
    await restoreInto({ connectionString: to.url }, file);
    const rows = await query<{ at: string }>(
      { connectionString: to.url },
      "SELECT extract(epoch FROM created_at)::text AS at FROM companies",
    );
    expect(rows).toEqual([{ at: "1772600767.123456" }]);
  });
});
