import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { LIST_EVENTS, LIST_RESULTS } from "@tallystick/contract";
import { encodeCursor } from "../../infra/cursor.ts";
import { numberEvents } from "../webhooks/numberer.ts";
import { bodyFor } from "../webhooks/testing/world.ts";
import { recordEvent } from "../webhooks/service.ts";
import { postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  const { companyId, test: place } = lender.deployment;
  const { environmentId, integrationId } = place;
  for (const uid of ["FUZZ-00001", "FUZZ-00002"]) {
    const headers = { "api-key": place.apiKey };
    const answer = await postTokens(lender.app, { uid, integration_id: integrationId }, { headers });
    const { session_id: sessionId } = answer.json() as { session_id: string };
    const event = { companyId, environmentId, sessionId, run: 1, body: bodyFor(integrationId, uid) };
    await lender.deps.db.transaction((tx) => recordEvent(tx, lender.deps, event));
  }
  await numberEvents(lender.deps, companyId);
});
afterAll(() => lender.close());

const NAMES = [...new Set([...Object.keys(LIST_RESULTS.query.shape), ...Object.keys(LIST_EVENTS.query.shape)])];

/** Text of every kind, numbers at the edges, and cursors as only a forger writes them. */
const VALUE = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "0",
    "1",
    "-1",
    "1e3",
    "253402300799",
    "253402300800",
    "NaN",
    "true",
    "completed",
    "LOW,HIGH",
    "\0",
  ),
  fc.integer().map(String),
  fc
    .array(fc.oneof(fc.string(), fc.constantFrom("created", "completed", "form", "uid", "9".repeat(15), "infinity")), {
      maxLength: 4,
    })
    .map(encodeCursor),
  fc
    .tuple(fc.constantFrom("0000-01-01", "9999-12-31", "2026-02-30", "275760-09-13"), fc.string())
    .map(([day, id]) => encodeCursor(["created", `${day}T10:00:00.000000Z`, id])),
);
const QUERY = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), fc.string()), VALUE), { maxLength: 5 });

test("whatever stands in the address, the answer is a page or a refusal with a code, and nothing of ours fails", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("results", "events", "results/x"), QUERY, async (path, query) => {
      const parts = query.map(
        ([name, value]) => `${encodeURIComponent(wellFormed(name))}=${encodeURIComponent(wellFormed(value))}`,
      );
      const url = `/v1/${path}?${parts.join("&")}`;
      const answer = await lender.app.inject({ url, headers: { "api-key": lender.deployment.test.apiKey } });
      const body = answer.json() as { items?: unknown; code?: string };
      if (answer.statusCode === 200) {
        expect(Array.isArray(body.items), url).toBe(true);
        return;
      }
      expect([404, 422, 429], `${url}: ${answer.body}`).toContain(answer.statusCode);
      expect(body.code, url).toMatch(/^(query_invalid|cursor_invalid|session_unknown|rate_limited)$/);
    }),
    { numRuns: 180 },
  );
});

/** An address can not hold half of a surrogate pair. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "?");
}
