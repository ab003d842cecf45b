import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { authenticateApiKey, signingKeys } from "../../features/deployments/service.ts";
import { webhookSecret } from "../../features/endpoints/service.ts";
import { totpContext } from "../../features/users/service.ts";
import type { Deps } from "../../infra/deps.ts";
import { loadSecrets } from "../../infra/load-secrets.ts";
import { resealColumn } from "../../infra/sealed.ts";
import { newDeployment } from "../../testing/lender.ts";
import { TEST_CONFIG, testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { runCommand } from "../command.ts";
import { commands } from "./all.ts";
import { SEALED_COLUMNS } from "./kek.ts";

const OLD = `1:${Buffer.alloc(32, 7).toString("base64")}`;
const NEW = `2:${Buffer.alloc(32, 9).toString("base64")}`;

let store: TestDeps;

beforeEach(async () => {
  store = await testDeps();
});
afterEach(() => store.close());

/** The same database as a server with this ring sees it. */
async function withRing(ring: string): Promise<Deps> {
  return { ...store.deps, secrets: await loadSecrets(store.deps.db, { ...TEST_CONFIG, secretRing: ring }) };
}

async function kek(deps: Deps, word: "status" | "rotate") {
  const command = commands.find(({ name }) => name === `kek ${word}`);
  if (command === undefined) throw new Error("no such command");
  const seen = { out: "", note: "" };
  const code = await runCommand(command, ["--json"], {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: async () => ({ deps, close: async () => undefined }),
  });
  return { code, ...seen };
}

async function withSecondFactor(deps: Deps): Promise<void> {
  const userId = "usr_01k0000000000000000000000a";
  await deps.db.query(
    `INSERT INTO users (user_id, email, email_key, name, totp_ciphertext) VALUES ($1::text, 'a', 'a', 'Ana', $2::text),
                                                                                 ('usr_without', 'b', 'b', 'Ben', NULL)`,
    [userId, deps.secrets.encrypt("JBSWY3DPEHPK3PXP", totpContext(userId))],
  );
}

test("every column of the database that holds a ciphertext is known to the re-encryption", async () => {
  const columns = await store.deps.db.query<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name LIKE '%ciphertext%' ORDER BY 1`,
  );
  expect(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).toSorted()).toEqual(
    columns.map(({ name }) => name),
  );
});

test("the key that leads a re-encryption is each table's primary key", async () => {
  const keys = await store.deps.db.query<{ name: string; key: readonly string[] }>(
    `SELECT c.relname::text AS name, array_agg(a.attname::text ORDER BY k.n) AS key
       FROM pg_index x
       JOIN pg_class c ON c.oid = x.indrelid
       CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k(attnum, n)
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
      WHERE x.indisprimary AND c.relname = ANY ($1::text[]) GROUP BY 1 ORDER BY 1`,
    [SEALED_COLUMNS.map(({ table }) => table)],
  );
  expect(
    SEALED_COLUMNS.map(({ table, key }) => ({ name: table, key })).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  ).toEqual(keys);
});

describe("kek rotate", () => {
  test("brings everything under the first key, after which the old one is not needed for anything", async () => {
    const deployment = await newDeployment(store, { company: "Acme", name: "Loans" });
    await withSecondFactor(store.deps);
    const both = await withRing(`${NEW},${OLD}`);
    const before = JSON.parse((await kek(both, "status")).out) as { first_key: string; counts: { key: string }[] };
    expect([before.first_key, new Set(before.counts.map(({ key }) => key))]).toEqual(["2", new Set(["1"])]);

    const { code, out } = await kek(both, "rotate");
    // 2 API keys, 2 token keys, 2 webhook secrets, 1 second factor, 3 system keys.
    expect([code, JSON.parse(out)]).toMatchObject([0, { first_key: "2", changed: 10 }]);

    expect(await both.db.query("SELECT actor, action, details FROM audit_entries WHERE action LIKE 'enc%'")).toEqual([
      { actor: "cli:ana", action: "encryption.rotated", details: { first_key: "2" } },
    ]);

    const alone = await withRing(NEW);
    const { companyId } = deployment;
    const { environmentId, apiKey } = deployment.test;
    expect(await authenticateApiKey(alone, apiKey)).toMatchObject({ environment: { environmentId } });
    expect(await signingKeys(alone, companyId, environmentId)).toEqual({ current: apiKey, next: null });
    expect(await webhookSecret(alone, { companyId, environmentId })).toBe(deployment.test.webhookSecret);
    const [user] = await store.deps.db.query<{ user_id: string; totp: string }>(
      "SELECT user_id, totp_ciphertext AS totp FROM users WHERE totp_ciphertext IS NOT NULL",
    );
    expect(alone.secrets.decrypt(user?.totp ?? "", totpContext(user?.user_id ?? ""))).toBe("JBSWY3DPEHPK3PXP");
    await expect(withRing(OLD)).rejects.toThrow("can not open this database");
  });

  test("done twice changes nothing the second time", async () => {
    await newDeployment(store, { company: "Acme", name: "Loans" });
    const both = await withRing(`${NEW},${OLD}`);
    await kek(both, "rotate");
    expect(JSON.parse((await kek(both, "rotate")).out)).toMatchObject({ changed: 0 });
  });

  test("cut off in the middle goes on where it was", async () => {
    await newDeployment(store, { company: "Acme", name: "Loans" });
    const both = await withRing(`${NEW},${OLD}`);
    const [first] = SEALED_COLUMNS;
    if (first === undefined) throw new Error("no columns");
    const cut = new Error("cut off");
    // The first batch is committed, then the run dies.
    await expect(
      resealColumn(both.db, both.secrets, first, () => {
        throw cut;
      }),
    ).rejects.toBe(cut);
    const { code, out } = await kek(both, "rotate");
    expect([code, JSON.parse(out)]).toMatchObject([0, { changed: 7 }]);
  });

  test("goes through more rows than one batch holds", async () => {
    const deployment = await newDeployment(store, { company: "Acme", name: "Loans" });
    const { companyId } = deployment;
    const { environmentId } = deployment.test;
    const rows = Array.from({ length: 450 }, (_, i) => {
      const kid = `kid_${String(i).padStart(4, "0")}`;
      const context = `token_key/${companyId}/${environmentId}/${kid}`;
      return { kid, ciphertext: store.deps.secrets.encrypt(`key ${i}`, context) };
    });
    await store.deps.db.query(
      `INSERT INTO token_keys (company_id, environment_id, kid, ciphertext)
       SELECT $1::text, $2::text, r.kid, r.ciphertext FROM jsonb_to_recordset($3::jsonb) AS r(kid text, ciphertext text)`,
      [companyId, environmentId, JSON.stringify(rows)],
    );
    expect(JSON.parse((await kek(await withRing(`${NEW},${OLD}`), "rotate")).out)).toMatchObject({ changed: 459 });
  });

  test("refuses to say done while a server with another first key has written a row", async () => {
    await newDeployment(store, { company: "Acme", name: "Loans" });
    const both = await withRing(`${NEW},${OLD}`);
    const third = await withRing(`${OLD},${NEW}`);
    const meanwhile: Deps = {
      ...both,
      db: {
        ...both.db,
        // A server that still runs with the old ring makes a deployment after its tables were done.
        query: async <Row>(sql: string, values?: readonly unknown[], options?: { readonly name: string }) => {
          if (sql.includes("GROUP BY 1") && sql.includes("api_keys")) {
            await newDeployment({ deps: third }, { company: "Late", name: "Loans" });
          }
          return both.db.query<Row>(sql, values, options);
        },
      },
    };
    const { code, note } = await kek(meanwhile, "rotate");
    expect(code).toBe(1);
    expect(note).toMatch(/not everything is under key 2 yet: 2 in api_keys under key 1, 2 in token_keys under key 1/);
    expect(note).toContain("restart every server with key 2 first");
    expect((await kek(both, "rotate")).code).toBe(0);
  });

  test("leaves a row as it is when somebody gave it other content meanwhile", async () => {
    const both = await withRing(`${NEW},${OLD}`);
    const column = SEALED_COLUMNS.find(({ table }) => table === "users");
    if (column === undefined) throw new Error("no column of users");
    await withSecondFactor(store.deps);
    const fresh = both.secrets.encrypt("CHANGED", totpContext("usr_01k0000000000000000000000a"));
    const slow = {
      ...both.db,
      transaction: async <T>(work: Parameters<typeof both.db.transaction<T>>[0]) => {
        await both.db.query("UPDATE users SET totp_ciphertext = $1::text WHERE totp_ciphertext IS NOT NULL", [fresh]);
        return both.db.transaction(work);
      },
    };
    expect(await resealColumn(slow, both.secrets, column)).toBe(0);
    const [user] = await both.db.query<{ totp: string }>(
      "SELECT totp_ciphertext AS totp FROM users WHERE totp_ciphertext IS NOT NULL",
    );
    expect(user?.totp).toBe(fresh);
  });
});
