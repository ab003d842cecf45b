import { readdir } from "node:fs/promises";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { ConnectionOptions } from "../database.ts";
import { checkKeyRing } from "../load-secrets.ts";
import { emptyDatabase, TEST_CONFIG, testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { restoreBackup } from "./restore.ts";
import { takeBackup } from "./take-backup.ts";
import { folder, query, restoreInto } from "./testing/worlds.ts";

const ROWS = 200_000;

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

/** Ends the connection from the server's side at the first word of progress, while the large table is still to come. */
function cutAtFirstWord(
  connection: ConnectionOptions,
  name: string,
): { onProgress: () => void; done: () => Promise<void> } {
  let cut: Promise<unknown> | null = null;
  return {
    onProgress: () => {
      cut ??= query(
        connection,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()",
        [name],
      );
    },
    done: async () => void (await cut),
  };
}

test("a database that goes away in the middle of a backup leaves no file, not even an unfinished one", async () => {
  const { onProgress, done } = cutAtFirstWord(store.connection, "tallystick backup");
  await expect(takeBackup(store.connection, { target: place.path, onProgress })).rejects.toThrow(/terminat/);
  await done();
  expect(await readdir(place.path)).toEqual([]);
});

test("a database that goes away in the middle of a restore keeps nothing of it, and the next restore works", async () => {
  const { file } = await takeBackup(store.connection, { target: place.path });
  const target = await emptyDatabase();
  const { onProgress, done } = cutAtFirstWord(target.connection, "tallystick restore");
  const begun = restoreBackup(target.connection, {
    file,
    log: store.deps.log,
    checkKeyRing: (db) => checkKeyRing(db, TEST_CONFIG),
    onProgress: (text) => {
      if (text.startsWith("schema_migrations")) onProgress();
    },
  });
  await expect(begun).rejects.toThrow(/terminat/);
  await done();
  await restoreInto(target.connection, file);
  expect(await query(target.connection, "SELECT count(*)::int AS n FROM sign_in_throttle")).toEqual([{ n: ROWS }]);
  await target.drop();
});
