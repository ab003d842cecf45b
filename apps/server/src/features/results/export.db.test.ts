import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";

import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { buildApp } from "../../http/app.ts";
import { openDatabase, type Database } from "../../infra/database.ts";
import { readWorkbook } from "../../infra/testing/workbook.ts";
import { Applicant } from "../../testing/journey.ts";
import { newDeployment, postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { SYSTEM } from "../audit/service.ts";
import { createDeployment } from "../deployments/service.ts";
import { drawRows, insertRows, T0, type Row } from "./testing/crowd.ts";

let lender: TestLender;
let owner: Database;
let admin: TestPerson;
let rows: readonly Row[];
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  owner = openDatabase({ connection: lender.connection, role: null, poolSize: 1 });
  const { deps, deployment } = lender;
  const { companyId } = deployment;
  const second = await createDeployment(deps, { companyId, name: "=Cars", actor: SYSTEM });
  const ids = [deployment.production.environmentId, second.production.environmentId];
  rows = drawRows(ids, { count: 1_700, seed: 3 });
  await insertRows(owner, deployment, rows);
});
afterAll(async () => {
  await owner.close();
  await lender.close();
});
beforeEach(async () => {
  admin = await signedInMember(lender.deps, { companyId: lender.deployment.companyId, role: "admin" });
});

const path = () => `/beacon/api/companies/${lender.deployment.companyId}/results/export`;

async function fetchFile(body: object, as: TestPerson = admin) {
  const answer = await lender.app.inject({ method: "POST", url: path(), headers: as.headers, payload: body });
  return {
    ...answer,
    type: String(answer.headers["content-type"]),
    status: answer.statusCode,
    bytes: answer.rawPayload,
  };
}

async function csv(body: object): Promise<readonly (readonly string[])[]> {
  const { status, bytes } = await fetchFile({ environment: "production", format: "csv", ...body });
  expect(status, bytes.toString().slice(0, 300)).toBe(200);
  return parse(bytes.toString(), { relax_column_count: false });
}

async function xlsx(body: object): Promise<readonly (readonly string[])[]> {
  const { status, bytes } = await fetchFile({ environment: "production", format: "xlsx", ...body });
  expect(status).toBe(200);
  return readWorkbook(bytes)[0] ?? [];
}

async function audited() {
  return owner.query<{ action: string; details: object; whole: string }>(
    "SELECT action, details, a::text AS whole FROM audit_entries a WHERE actor = $1 ORDER BY at, audit_id",
    [`user:${admin.userId}`],
  );
}

test("both files hold exactly what is filtered, newest first, over all pages", async () => {
  const newestFirst = (some: readonly Row[]) =>
    some
      .toSorted((a, b) => b.createdAt - a.createdAt || (a.sessionId < b.sessionId ? 1 : -1))
      .map((row) => [row.sessionId, row.uid, row.band ?? ""]);
  const columns = ["session_id", "uid", "risk_band"];
  const cases: readonly (readonly [object, readonly Row[]])[] = [
    [{}, rows],
    [{ risk_band: ["HIGH"], simulated: false }, rows.filter((row) => row.band === "HIGH" && !row.simulated)],
    [{ created_from: T0 + 100, created_to: T0 + 101 }, rows.filter((row) => row.createdAt === T0 + 100)],
    [{ flags: ["no_such_flag"] }, []],
  ];
  for (const [filter, wanted] of cases) {
    for (const read of [csv, xlsx]) {
      const [head, ...body] = await read({ ...filter, columns });
      expect(head).toEqual(["session id", "uid", "risk band"]);
      expect(body, JSON.stringify(filter)).toEqual(newestFirst(wanted));
    }
  }
});

test("columns stand in the order they were named, heads say the unit, and data confidence blames nobody", async () => {
  const [head] = await csv({ columns: ["score", "uid", "confidence", "duration_s", "created_at", "traits"] });
  expect(head).toEqual([
    "score (percentile of risk 1 to 99, lower is better)",
    "uid",
    "data confidence (how reliable the data is)",
    "duration (s)",
    "created (UTC)",
    // Of traits those that a model weighs.
    "Patience (sten 1 to 10)",
    "Self-control (sten 1 to 10)",
    "Sense of control (sten 1 to 10)",
  ]);
  const [whole, ...rest] = await csv({});
  expect(rest.every((cells) => cells.length === whole?.length)).toBe(true);
  expect(whole?.join("")).not.toMatch(/bad|fraud|suspicious|dishonest/i);
});

test("no cell of either file is a formula", async () => {
  const columns = ["deployment", "reasons", "uid", "created_at"];
  const [, ...cells] = await csv({ columns });
  expect(cells.some(([deployment]) => deployment === "'=Cars")).toBe(true);
  expect(cells.some(([, reasons]) => reasons === "'=Smaller sums sooner")).toBe(true);
  for (const cell of cells.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  expect(cells[0]?.[3]).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  // Text of a workbook is text; the reader throws on a formula.
  const [, ...sheet] = await xlsx({ columns });
  expect(sheet.some(([deployment]) => deployment === "=Cars")).toBe(true);
});

test("a played journey is exported with its score, traits, webhook and metadata", async () => {
  const { companyId } = lender.deployment;
  const { test: place } = await createDeployment(lender.deps, { companyId, name: "Played", actor: SYSTEM });
  const body = { uid: "PLAYED-0001", integration_id: place.integrationId, metadata: { branch: "=7" } };
  const made = (await postTokens(lender.app, body, { headers: { "api-key": place.apiKey } })).json() as {
    link: string;
  };
  const applicant = new Applicant(lender.app);
  await applicant.playAll(new URL(made.link).pathname);
  await applicant.finish();
  const [stored] = await owner.query<{ score: number; trust: number }>(
    "SELECT score, trust_score AS trust FROM results WHERE environment_id = $1",
    [place.environmentId],
  );
  const columns = ["uid", "score", "trust_score", "traits", "webhook", "metadata", "model_version", "calibrated"];
  const [, row] = await csv({ environment: "test", uid_prefix: "PLAYED", columns });
  expect(row?.slice(0, 3)).toEqual(["PLAYED-0001", String(stored?.score), String(stored?.trust)]);
  for (const sten of row?.slice(3, 6) ?? []) expect(Number(sten)).toBeGreaterThanOrEqual(1);
  expect(row?.slice(6)).toEqual([
    "psychometric_score.complete: no URL was set",
    '{"branch":"=7"}',
    "standard-1.0",
    "false",
  ]);
});

test("an export is in the audit log before its first row and with its number of rows, without how uids begin", async () => {
  await csv({ uid_prefix: "LOAN-00", columns: ["uid"], state: ["completed"] });
  const wanted = rows.filter((row) => row.uid.startsWith("LOAN-00") && row.state === "completed").length;
  expect(wanted).toBeGreaterThan(5);
  const entries = await audited();
  expect(entries.map(({ action, details }) => ({ action, details }))).toEqual([
    {
      action: "results.exported",
      details: {
        format: "csv",
        columns: ["uid"],
        filter: { environment: "production", state: ["completed"], uid_prefix: true },
      },
    },
    { action: "results.export_ended", details: { format: "csv", rows: wanted, complete: true } },
  ]);
  expect(entries.map(({ whole }) => whole).join("")).not.toContain("LOAN");
});

test.each(["csv", "xlsx"])("who breaks off a %s ends the reading, and the log says how far it came", async (format) => {
  let pages = 0;
  const { db } = lender.deps;
  // Enough to fill every buffer on the way, and nothing that compresses away.
  const wide = () => randomBytes(10_000).toString("hex");
  const slow: Database = {
    ...db,
    async query<R>(sql: string, values?: readonly unknown[], named?: { readonly name: string }) {
      const found = await db.query<R>(sql, values, named);
      if (named?.name !== "results_by_created") return found;
      pages += 1;
      return found.map((row) => ({ ...row, metadata: { wide: wide() } }));
    },
  };
  const app = buildApp({ ...lender.deps, db: slow });
  await app.listen({ port: 0, host: "127.0.0.1" });
  try {
    const { port } = app.server.address() as AddressInfo;
    const abort = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}${path()}`, {
      method: "POST",
      headers: { ...admin.headers, "content-type": "application/json" },
      body: JSON.stringify({ environment: "production", format, columns: ["uid", "metadata"] }),
      signal: abort.signal,
    });
    await answer.body?.getReader().read();
    abort.abort();
    await vi.waitFor(async () => {
      expect((await audited()).at(-1)).toMatchObject({ action: "results.export_ended", details: { complete: false } });
    }, 10_000);
    const read = pages;
    const [last] = await owner.query<{ rows: number }>(
      "SELECT (details->>'rows')::int AS rows FROM audit_entries WHERE actor = $1 ORDER BY at DESC, audit_id DESC LIMIT 1",
      [`user:${admin.userId}`],
    );
    expect(last?.rows).toBeLessThanOrEqual(read * 500);
    // Of the four that there are.
    expect(read).toBeLessThan(4);
  } finally {
    await app.close();
  }
});

test("viewers and other companies export nothing", async () => {
  const { companyId } = lender.deployment;
  const viewer = await signedInMember(lender.deps, { companyId, role: "viewer" });
  const body = { environment: "production", format: "csv" };
  expect((await fetchFile(body, viewer)).json().code).toBe("role_insufficient");
  const other = await newDeployment(lender, { company: "Other", name: "Loans" });
  const stranger = await signedInMember(lender.deps, { companyId: other.companyId, role: "admin" });
  expect((await fetchFile(body, stranger)).status).toBe(404);
  const own = await lender.app.inject({
    method: "POST",
    url: `/beacon/api/companies/${other.companyId}/results/export`,
    headers: stranger.headers,
    payload: { ...body, deployment_id: lender.deployment.deploymentId },
  });
  expect([own.statusCode, own.json().code]).toEqual([404, "deployment_unknown"]);
});
