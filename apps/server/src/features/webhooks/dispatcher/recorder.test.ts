import { expect, it } from "vitest";

import type { Queryable } from "../../../infra/database.ts";
import { createRecorder } from "./recorder.ts";
import type { AttemptRow, ClosedLease } from "./store.ts";

function row(attemptId: string): AttemptRow {
  return {
    company_id: "cmp",
    delivery_id: `dlv_${attemptId}`,
    lease_id: "lea",
    attempt_id: attemptId,
    number: 1,
    url: "http://127.0.0.1/",
    request_headers: {},
    status: 200,
    error: null,
    response_headers: {},
    response_body: "",
    duration_ms: 1,
    result: "delivered",
    delay_ms: 0,
  };
}

/** Stands in for the database: closes every lease but `lost`, and refuses a statement that contains `poison`. */
function fakeDatabase(): { db: Queryable; sizes: number[] } {
  const sizes: number[] = [];
  const query = async (_sql: string, values: readonly unknown[] = []): Promise<readonly ClosedLease[]> => {
    await new Promise((resolve) => setImmediate(resolve));
    const rows = JSON.parse(String(values[0])) as AttemptRow[];
    sizes.push(rows.length);
    if (rows.some((one) => one.attempt_id === "poison")) throw new Error("refused");
    return rows
      .filter((one) => one.attempt_id !== "lost")
      .map((one) => ({ attempt_id: one.attempt_id, age_seconds: 1 }));
  };
  return { db: { query: query as Queryable["query"] }, sizes };
}

it("the first outcome is written at once, those that come meanwhile share a statement", async () => {
  const { db, sizes } = fakeDatabase();
  const record = createRecorder(db);
  const closed = await Promise.all(["a", "b", "lost", "c"].map((id) => record(row(id))));
  expect(closed.map((one) => one?.attempt_id ?? null)).toEqual(["a", "b", null, "c"]);
  expect(sizes).toEqual([1, 3]);
});

it("an outcome that the database refuses takes no other with it", async () => {
  const { db } = fakeDatabase();
  const record = createRecorder(db);
  const outcomes = await Promise.allSettled(["a", "b", "poison", "c"].map((id) => record(row(id))));
  expect(outcomes.map((outcome) => outcome.status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(await record(row("d"))).toMatchObject({ attempt_id: "d" });
});

it("a flood is written in statements of bounded size", async () => {
  const { db, sizes } = fakeDatabase();
  const record = createRecorder(db);
  await Promise.all(Array.from({ length: 800 }, (_, index) => record(row(String(index)))));
  expect(Math.max(...sizes)).toBe(256);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(800);
});
