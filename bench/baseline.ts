import { randomBytes } from "node:crypto";
import Fastify from "fastify";
import { pino } from "pino";
import { openDatabase } from "../apps/server/src/infra/database.ts";
import { connectStore } from "../apps/server/src/infra/store.ts";

/**
 * What the product is measured against: Fastify, one prepared INSERT of a row as wide as a session, the same pool, the
 * same database. A process of its own beside the server. Its table has a primary key and nothing else.
 */
const POOL_SIZE = Number(process.env["BENCH_POOL_SIZE"] ?? 16);
const log = pino({ level: "silent" });
const config = { databaseUrl: process.env["DATABASE_URL"] ?? null, dataDir: process.env["TALLYSTICK_DATA"] ?? "" };
const store = await connectStore(config, { log, shared: true });

const owner = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
await owner.query("CREATE TABLE IF NOT EXISTS bench_baseline (LIKE sessions INCLUDING DEFAULTS)");
await owner.query("CREATE UNIQUE INDEX IF NOT EXISTS bench_baseline_key ON bench_baseline (company_id, session_id)");
await owner.query("GRANT SELECT, INSERT ON bench_baseline TO tallystick_app");
await owner.close();

const db = openDatabase({ connection: store.connection, role: "tallystick_app", poolSize: POOL_SIZE });
const INSERT = `INSERT INTO bench_baseline (company_id, session_id, environment_id, uid, uid_canonical, state, link_code,
    metadata, battery_version, task_plan, model_version, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10::jsonb, $11, now() + interval '24 hours')`;
const PLAN = JSON.stringify([
  { key: "money_choices", version: 1, parameters: {} },
  { key: "quick_taps", version: 1, parameters: {} },
]);

const app = Fastify({ logger: false });
app.post<{ Body: { uid: string; integration_id: string } }>("/baseline", async (request) => {
  const { uid, integration_id } = request.body;
  const id = randomBytes(16).toString("hex");
  const row = ["cmp_bench", id, integration_id, uid, uid.toLowerCase(), "created", id.slice(0, 12), "{}"];
  await db.query(INSERT, [...row, "preview-1", PLAN, "preview-1.1"], { name: "bench_baseline" });
  return { session_id: id };
});
await app.listen({ host: "127.0.0.1", port: Number(process.env["PORT"]) });
process.stdout.write("ready\n");

process.on("SIGTERM", () => {
  void app
    .close()
    .then(() => db.close())
    .then(() => store.stop())
    .then(() => process.exit(0));
});
