import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { systemPostgres, startExternalPostgres, type ExternalPostgres } from "../testing/external-postgres.ts";
import { openDatabase } from "./database.ts";
import { loadSecrets } from "./load-secrets.ts";
import { createLogger } from "./logger.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { connectStore } from "./store.ts";

const bin = systemPostgres();
if (bin === null) process.stderr.write("skipped: no PostgreSQL package is installed (apt-get install postgresql)\n");
const log = createLogger({ logLevel: "silent" });
const ring = `1:${Buffer.alloc(32, 3).toString("base64")}`;

describe.skipIf(bin === null)("an external PostgreSQL", () => {
  let server: ExternalPostgres;
  beforeAll(async () => {
    server = await startExternalPostgres(bin!);
  });
  afterAll(() => server?.stop());

  const connect = (databaseUrl: string) => connectStore({ databaseUrl, dataDir: "/nonexistent" }, { log });

  test("a login that may not create roles is told the exact SQL, and after it everything works", async () => {
    const { url, login } = await server.createDatabase({ createRole: false });
    const store = await connect(url);
    const refusal = await migrate(store.connection, log).then(String, (error: Error) => error.message);
    expect(refusal).toContain("CREATE ROLE tallystick_app NOLOGIN;");
    expect(refusal).toContain(`GRANT tallystick_app TO "${login}";`);
    expect(refusal).toContain("CREATE ROLE tallystick_eraser NOLOGIN;");
    expect(refusal).toContain(`GRANT tallystick_eraser TO "${login}";`);

    for (const line of refusal.split("\n").slice(1)) await server.query(line);
    expect((await migrate(store.connection, log)).applied).toEqual(await allMigrations());
    const db = openDatabase({ connection: store.connection, role: "tallystick_app", poolSize: 2 });
    expect(await db.query("SELECT current_user::text AS role")).toEqual([{ role: "tallystick_app" }]);
    await expect(db.query("DELETE FROM audit_entries WHERE company_id = ''")).rejects.toThrow(/permission denied/);
    await db.close();
  });

  test("a login that may create roles needs no help; its own connection options are kept", async () => {
    const { url } = await server.createDatabase({ createRole: true });
    const store = await connect(`${url}?options=-c%20work_mem%3D5MB`);
    await migrate(store.connection, log);
    const db = openDatabase({ connection: store.connection, role: "tallystick_app", poolSize: 1 });
    expect(await db.query("SELECT current_user::text AS role")).toEqual([{ role: "tallystick_app" }]);
    expect(await db.query("SHOW work_mem")).toEqual([{ work_mem: "5MB" }]);
    await db.close();
    await store.stop();
  });

  test("without a key ring the server does not start and says how to make one", async () => {
    const { url } = await server.createDatabase({ createRole: true });
    const store = await connect(url);
    await migrate(store.connection, log);
    const db = openDatabase({ connection: store.connection, role: "tallystick_app", poolSize: 1 });
    const load = (secretRing: string | null) =>
      loadSecrets(db, { databaseUrl: url, dataDir: "/nonexistent", secretRing });
    await expect(load(null)).rejects.toThrow(/TALLYSTICK_SECRET is not[^]*randomBytes\(32\)/);
    await load(ring);
    await expect(load(`1:${Buffer.alloc(32, 4).toString("base64")}`)).rejects.toThrow(/can not open this database/);
    await db.close();
  });

  test("a wrong password and a missing database are told apart, and neither answer holds the password", async () => {
    const { url } = await server.createDatabase({ createRole: true });
    const refusalOf = (databaseUrl: string) => connect(databaseUrl).then(String, (error: Error) => error.message);
    expect(await refusalOf(url.replace("secret", "hunter2"))).toBe("The password in DATABASE_URL is wrong.");
    expect(await refusalOf(`${url}x`)).toMatch(/does not exist/);
  });

  test("two processes that migrate an empty database at once apply each file once", async () => {
    const { url } = await server.createDatabase({ createRole: true });
    const { connection } = await connect(url);
    const both = await Promise.all([migrate(connection, log), migrate(connection, log)]);
    expect(both.flatMap((outcome) => outcome.applied)).toEqual(await allMigrations());
  });
});

async function allMigrations(): Promise<readonly string[]> {
  return (await readMigrations()).map(({ name }) => name);
}
