import { JOURNEY_HEADER, OPERATIONS, type Operation } from "@tallystick/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { SYSTEM } from "../features/audit/service.ts";
import { createDeployment, type CreatedEnvironment } from "../features/deployments/service.ts";
import { issueJourneyToken } from "../features/sessions/tokens.ts";
import { hmacHex, newDeployment, postTokens, testLender, type TestLender } from "../testing/lender.ts";

/**
 * Every operation of the applicant's journey is tried with what belongs to another company, to another environment and
 * to another session (people's and keys' operations: access-matrix.db.test.ts). It answers as if nothing were there, and
 * the victim's rows stay as they were.
 */
interface Party {
  readonly companyId: string;
  readonly environment: CreatedEnvironment;
  readonly sessionId: string;
  readonly journeyToken: string;
}

let lender: TestLender;
let victim: Party;
let strangers: readonly (readonly [string, Party])[];

beforeAll(async () => {
  lender = await testLender();
  const { companyId, test: mine, production } = lender.deployment;
  const foreign = await newDeployment(lender, { company: "Other", name: "Theirs" });
  const sibling = await createDeployment(lender.deps, { companyId, name: "Cards", actor: SYSTEM });
  victim = await party(companyId, mine, "VICTIM-01");
  strangers = [
    ["another session", await party(companyId, mine, "OTHER-01")],
    ["another environment", await party(companyId, production, "VICTIM-01")],
    ["another deployment", await party(companyId, sibling.test, "VICTIM-01")],
    ["another company", await party(foreign.companyId, foreign.test, "VICTIM-01")],
  ];
});

afterAll(() => lender.close());

async function party(companyId: string, environment: CreatedEnvironment, uid: string): Promise<Party> {
  const { apiKey, integrationId, environmentId } = environment;
  const answer = await postTokens(
    lender.app,
    { uid, integration_id: integrationId },
    { headers: { "api-key": apiKey } },
  );
  const sessionId = answer.json().session_id as string;
  const expiresAt = new Date(Date.now() + 3_600_000);
  const journeyToken = await issueJourneyToken(lender.deps, { companyId, environmentId, sessionId, run: 1, expiresAt });
  return { companyId, environment, sessionId, journeyToken };
}

/** Everything stored of the victim's company. */
async function footprint(): Promise<string> {
  const tables = [
    "sessions",
    "session_facts",
    "task_attempts",
    "input_batches",
    "consents",
    "events",
    "deliveries",
    "results",
  ];
  const parts = await Promise.all(
    tables.map((table) =>
      lender.deps.db.query(
        `SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS hash FROM ${table} t WHERE company_id = $1::text`,
        [victim.companyId],
      ),
    ),
  );
  return JSON.stringify(parts);
}

function urlOf(operation: Operation, sessionId: string): string {
  return operation.path.replace("{session_id}", sessionId);
}

async function journeyCall(operation: Operation, sessionId: string, headers: Record<string, string>) {
  const isPost = operation.method === "post";
  return lender.app.inject({
    method: isPost ? "POST" : "GET",
    url: urlOf(operation, sessionId),
    headers: { ...headers, ...(isPost && { "content-type": "application/json", "sec-fetch-site": "same-origin" }) },
    ...(isPost && { payload: JSON.stringify(operation.request?.example ?? {}) }),
  });
}

const UNKNOWN = "ses_00000000000000000000000000";

/** The ways a browser can bring a credential to the page of `sessionId`. */
const CARRIERS: readonly ((stranger: Party, sessionId: string) => Record<string, string>)[] = [
  (stranger) => ({ [JOURNEY_HEADER]: stranger.journeyToken }),
  (stranger, sessionId) => ({ cookie: `__Host-tsj_${sessionId}=${stranger.journeyToken}` }),
  (stranger) => ({ cookie: `__Host-tsj_${stranger.sessionId}=${stranger.journeyToken}` }),
];

const journeyOperations = OPERATIONS.filter(({ path }) => path.startsWith("/play/"));

describe.each(journeyOperations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  "%s",
  (_name, operation) => {
    test("does nothing and shows nothing with a credential of another journey", async () => {
      const before = await footprint();
      for (const [whose, stranger] of strangers) {
        for (const carry of CARRIERS) {
          const answer = await journeyCall(operation, victim.sessionId, carry(stranger, victim.sessionId));
          const unknown = await journeyCall(operation, UNKNOWN, carry(stranger, UNKNOWN));
          const shown = answer.body.replaceAll(victim.sessionId, "…");
          if (operation.method === "get") {
            expect([answer.statusCode, shown], whose).toEqual([
              unknown.statusCode,
              unknown.body.replaceAll(UNKNOWN, "…"),
            ]);
          } else {
            expect([401, 403, 404, 409], whose).toContain(answer.statusCode);
          }
          expect(answer.body).not.toMatch(/VICTIM-01|Acme/);
        }
      }
      expect(await footprint()).toBe(before);
    });
  },
);

test("the same call with the journey's own credential is let in, by each way", async () => {
  const open = journeyOperations.find(({ path }) => path.endsWith("/open"));
  for (const carry of CARRIERS) {
    const answer = await journeyCall(
      open!,
      strangers[0]![1].sessionId,
      carry(strangers[0]![1], strangers[0]![1].sessionId),
    );
    expect(answer.statusCode).toBe(200);
  }
});

test("creating a session with another environment's key or signature is refused", async () => {
  const before = await footprint();
  const body = JSON.stringify({ uid: "VICTIM-02", integration_id: victim.environment.integrationId });
  for (const [, stranger] of strangers.slice(1)) {
    const { apiKey } = stranger.environment;
    const withKey = await postTokens(lender.app, null, { raw: body, headers: { "api-key": apiKey } });
    expect([withKey.statusCode, withKey.json().code]).toEqual([403, "integration_mismatch"]);
    const signed = await postTokens(lender.app, null, { raw: body, headers: { "x-signature": hmacHex(apiKey, body) } });
    expect([signed.statusCode, signed.json().code]).toEqual([401, "signature_invalid"]);
  }
  expect(await footprint()).toBe(before);
});
