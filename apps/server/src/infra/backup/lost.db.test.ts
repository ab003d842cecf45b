import { readdir } from "node:fs/promises";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { ConnectionOptions } from "../database.ts";
import { emptyDatabase, testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { withClient } from "./client.ts";
import { restoreBackup } from "./restore.ts";
import { takeBackup } from "./take-backup.ts";
import { folder, query, restoreInto } from "./testing/worlds.ts";

const ROWS = 100_000;

let store: TestDeps;
let place: Awaited<ReturnType<typeof folder>>;

beforeAll(async () => {
  store = await testDeps();
  place = await folder();
  await query(
    store.connection,
    `INSERT INTO sign_in_throttle (throttle_key, failures) SELECT md5(n::text) || md5((-n)::text), n FROM generate_series(1, ${ROWS}) AS n`,
  );
});
afterAll(async () => {
  await place.remove();
  await store.close();
});

/** Ends the connection from the server's side. */
const cut = (connection: ConnectionOptions, name: string): Promise<unknown> =>
  query(
    connection,
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()",
    [name],
  );

test("a database that goes away in the middle of a backup leaves no file, not even an unfinished one", async () => {
  let cutting: Promise<unknown> | null = null;
  // At the first word of progress: the large table is still to come.
  const onProgress = (): void => void (cutting ??= cut(store.connection, "tallystick backup"));
  await expect(takeBackup(store.connection, { target: place.path, onProgress })).rejects.toThrow(
    /connection to the database was lost/,
  );
  await cutting;
  expect(await readdir(place.path)).toEqual([]);
});

test("a database that goes away in the middle of a restore keeps nothing of it, and the next restore works", async () => {
  const { file } = await takeBackup(store.connection, { target: place.path });
  const target = await emptyDatabase();
  const begun = restoreBackup(target.connection, {
    file,
    log: store.deps.log,
    // Asked with the schema made and the first tables loaded.
    checkKeyRing: async (db) => {
      expect(await db.query("SELECT 1 FROM system_keys")).toHaveLength(3);
      await cut(target.connection, "tallystick restore");
    },
  });
  await expect(begun).rejects.toThrow(/connection to the database was lost/);
  await restoreInto(target.connection, file);
  expect(await query(target.connection, "SELECT count(*)::int AS n FROM sign_in_throttle")).toEqual([{ n: ROWS }]);
  await target.drop();
});

test("an ended session is told in words also when its last message comes before the end of its connection", async () => {
  const last = withClient(store.connection, "backup", (client) =>
    client.query("SELECT pg_terminate_backend(pg_backend_pid())"),
  );
  await expect(last).rejects.toThrow(/connection to the database was lost/);
});
