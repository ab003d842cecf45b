import { OPERATIONS } from "@tallystick/contract";
import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import { Applicant, createLender, DEVICE, inputsOf, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";

let store: TestDeps;
let app: FastifyInstance;
let lender: Lender;

beforeAll(async () => {
  store = await testDeps();
  app = buildApp(store.deps);
  lender = await createLender(store.deps);
});
afterAll(async () => {
  await app.close();
  await store.close();
});

const CALLS = ["open", "consent", "batches", "task-done", "finish", "stop", "note"] as const;
type Call = (typeof CALLS)[number];

/** A good body of each call, to be damaged in one place. */
function goodBody(call: Call, applicant: Applicant): Record<string, unknown> {
  const { position } = applicant;
  const place = { task_index: 0, attempt: 1 };
  switch (call) {
    case "open":
      return { tab: "tab-0123456789", device: DEVICE };
    case "consent":
      return { ...position, decision: "accepted", text_version: "1", language: "en" };
    case "batches":
      return { ...position, ...place, seq: 0, inputs: inputsOf(applicant.grant()).slice(0, 3) };
    case "task-done":
      return { ...position, ...place, last_seq: 0 };
    case "finish":
      return { ...position, tasks: [{ ...place, last_seq: 0 }] };
    case "stop":
      return { ...position };
    case "note":
      return { ...position, kind: "hidden", task_index: 0, duration_ms: 10 };
  }
}

const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    "\u0000",
    "\ud800",
    "a".repeat(5_000),
    -1,
    2 ** 31,
    2 ** 53,
    1.5,
    1e308,
    null,
    [],
    {},
    "__proto__",
  ),
);

function documentedCodes(call: Call): ReadonlySet<string> {
  const operation = OPERATIONS.find(({ path }) => path === `/play/{session_id}/${call}`);
  return new Set(operation?.errors);
}

async function applicantInProgress(): Promise<Applicant> {
  const { code } = await lender.session();
  const applicant = new Applicant(app);
  await applicant.follow(`/a/${code}`);
  await applicant.open();
  await applicant.consent();
  return applicant;
}

test.each(CALLS)("POST %s answers any damaged body with a documented code, and never fails", async (call) => {
  const codes = documentedCodes(call);
  expect(codes.size).toBeGreaterThan(0);
  const applicant = await applicantInProgress();
  const members = Object.keys(goodBody(call, applicant));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...members, "unknown_member", "inputs"), oddValue, async (member, value) => {
      const answer = await applicant.post(call, { ...goodBody(call, applicant), [member]: value });
      expect([200, 204, 409, 415, 422]).toContain(answer.status);
      if (answer.status >= 400) {
        expect(codes).toContain(answer.body["code"]);
        expect(Object.keys(answer.body)).toEqual(expect.arrayContaining(["detail", "code", "request_id"]));
      }
    }),
    { numRuns: 60 },
  );
});

test.each(CALLS)("POST %s answers bytes that are no JSON object with a documented code", async (call) => {
  const codes = documentedCodes(call);
  const applicant = await applicantInProgress();
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (payload) => {
      const answer = await applicant.post(call, payload);
      expect([409, 422]).toContain(answer.status);
      expect(codes).toContain(answer.body["code"]);
    }),
    { numRuns: 25 },
  );
});

test("any address of the applicant's side has a defined answer that holds nothing of the address", async () => {
  const part = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).map((text) => encodeURIComponent(text));
  const address = fc.oneof(
    part.map((text) => `/a/${text}`),
    part.map((text) => `/psychometrics/${text}`),
    fc.tuple(part, part, part).map((parts) => `/${parts.join(".")}`),
    part.map((text) => `/play/${text}`),
    fc.tuple(part, part).map(([id, query]) => `/play/${id}/end?outcome=${query}&integration=${query}&lang=${query}`),
  );
  await fc.assert(
    fc.asyncProperty(address, async (url) => {
      const answer = await app.inject({ method: "GET", url });
      expect([200, 404]).toContain(answer.statusCode);
      if (answer.statusCode === 404) expect(answer.body).not.toContain(url);
    }),
    { numRuns: 150 },
  );
});

test("any credential that is not one gets a defined answer", async () => {
  const { sessionId } = await lender.session();
  const visitor = Object.assign(new Applicant(app), { sessionId });
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[\x21-\x7e]{1,200}$/), async (text) => {
      const byHeader = await visitor.post("stop", {}, { headers: { "tallystick-journey": text } });
      const byCookie = await visitor.post("stop", {}, { headers: { cookie: `__Host-tsj_${sessionId}=${text}` } });
      for (const answer of [byHeader, byCookie]) {
        expect(["journey_unknown", "journey_mismatch"]).toContain(answer.body["code"]);
      }
    }),
    { numRuns: 60 },
  );
});
