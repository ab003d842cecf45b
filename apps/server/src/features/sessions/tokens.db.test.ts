import { createHmac } from "node:crypto";

import fc from "fast-check";
import { decodeJwt, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { newDeployment, testLender, type TestLender } from "../../testing/lender.ts";
import { environmentById, tokenKeys, type EnvironmentAccess } from "../deployments/service.ts";
import { issueAccessToken, issueJourneyToken, verifyAccessToken, verifyJourneyToken } from "./tokens.ts";

const HOUR_MS = 3_600_000;
let lender: TestLender;
let environment: EnvironmentAccess;
const session = { uid: "APP-1001", sessionId: "ses_one", run: 1, expiresAt: 2_000_000_000 };

beforeAll(async () => {
  lender = await testLender();
  const { companyId, test: mine } = lender.deployment;
  environment = await environmentById(lender.deps, companyId, mine.environmentId);
});

afterAll(() => lender.close());

function journey(expiresAt: Date): Promise<string> {
  const { companyId, environmentId } = environment;
  return issueJourneyToken(lender.deps, { companyId, environmentId, sessionId: "ses_one", run: 2, expiresAt });
}

async function signedBy(key: Uint8Array, claims: object, kid: string): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: "HS256", kid }).sign(key);
}

describe("access tokens", () => {
  test("open their session, also after their own end: the session's state decides", async () => {
    const { companyId, environmentId } = environment;
    const token = await issueAccessToken(lender.deps, environment, session);
    expect(await verifyAccessToken(lender.deps, token)).toEqual({
      companyId,
      environmentId,
      sessionId: "ses_one",
      run: 1,
    });
    const ended = await issueAccessToken(lender.deps, environment, { ...session, expiresAt: 1_000_000_000 });
    expect(await verifyAccessToken(lender.deps, ended)).toMatchObject({ sessionId: "ses_one" });
  });

  test("altered anywhere open nothing", async () => {
    const token = await issueAccessToken(lender.deps, environment, session);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 1),
        fc.constantFrom("A", "a", "0", "_", "-", ".", "z"),
        async (at, character) => {
          fc.pre(token[at] !== character);
          const altered = token.slice(0, at) + character + token.slice(at + 1);
          // The last character of a base64url part may carry unused bits: another spelling of the same bytes.
          fc.pre(altered.split(".").length !== 3 || !sameBytes(altered, token));
          expect(await verifyAccessToken(lender.deps, altered)).toBeNull();
        },
      ),
    );
  });

  test("of another company's or environment's key, of no algorithm, or with a foreign company_id open nothing", async () => {
    const other = await newDeployment(lender, { company: "Other", name: "Theirs" });
    const claims = decodeJwt(await issueAccessToken(lender.deps, environment, session));
    const [mine] = await tokenKeys(lender.deps, environment.companyId, environment.environmentId);
    const [theirs] = await tokenKeys(lender.deps, other.companyId, other.test.environmentId);
    const [production] = await tokenKeys(
      lender.deps,
      environment.companyId,
      lender.deployment.production.environmentId,
    );
    const kid = mine!.kid;
    expect(await verifyAccessToken(lender.deps, await signedBy(mine!.key, claims, kid))).not.toBeNull();
    const forged = [
      await signedBy(theirs!.key, claims, theirs!.kid),
      await signedBy(theirs!.key, claims, kid),
      await signedBy(production!.key, claims, production!.kid),
      await signedBy(mine!.key, { ...claims, company_id: other.companyId }, kid),
      await signedBy(mine!.key, { ...claims, integration_id: other.test.integrationId }, kid),
      await signedBy(mine!.key, { ...claims, aud: "journey" }, kid),
      await signedBy(mine!.key, { ...claims, sid: 7 }, kid),
      await signedBy(Buffer.from(lender.deployment.test.apiKey), claims, kid),
      new UnsecuredJWT(claims).encode(),
      hs512(claims, kid, mine!.key),
    ];
    for (const token of forged) expect(await verifyAccessToken(lender.deps, token)).toBeNull();
  });

  test("any other text opens nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}$/)),
        async (text) => {
          expect(await verifyAccessToken(lender.deps, text)).toBeNull();
          expect(await verifyJourneyToken(lender.deps, text)).toBeNull();
        },
      ),
    );
    expect(await verifyAccessToken(lender.deps, "a".repeat(1_000_000))).toBeNull();
  });
});

describe("journey tokens", () => {
  test("name company, environment, session and run until they end", async () => {
    const { companyId, environmentId } = environment;
    const token = await journey(new Date(Date.now() + HOUR_MS));
    expect(await verifyJourneyToken(lender.deps, token)).toEqual({
      companyId,
      environmentId,
      sessionId: "ses_one",
      run: 2,
    });
    expect(await verifyJourneyToken(lender.deps, await journey(new Date(Date.now() - 1000)))).toBeNull();
  });

  test("and access tokens never pass for each other", async () => {
    const access = await issueAccessToken(lender.deps, environment, session);
    expect(await verifyJourneyToken(lender.deps, access)).toBeNull();
    expect(await verifyAccessToken(lender.deps, await journey(new Date(Date.now() + HOUR_MS)))).toBeNull();
  });
});

function sameBytes(a: string, b: string): boolean {
  const decode = (token: string) =>
    token
      .split(".")
      .map((part) => Buffer.from(part, "base64url").toString("hex"))
      .join();
  return decode(a) === decode(b);
}

function hs512(claims: object, kid: string, key: Uint8Array): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS512", kid })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha512", key).update(signed).digest("base64url")}`;
}
