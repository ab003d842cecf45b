import { createHmac } from "node:crypto";

import type { FastifyInstance, LightMyRequestResponse } from "fastify";

import { SYSTEM } from "../features/audit/service.ts";
import { createCompany } from "../features/companies/service.ts";
import { createDeployment, type CreatedDeployment } from "../features/deployments/service.ts";
import { buildApp } from "../http/app.ts";
import { testDeps, type TestDeps, type TestDepsOptions } from "./test-deps.ts";

export const TOKENS_PATH = "/v1/sessions-management/tokens";

/** A fresh database, the whole HTTP surface over it, and one lender with one deployment. */
export interface TestLender extends TestDeps {
  readonly app: FastifyInstance;
  readonly deployment: CreatedDeployment;
}

export async function testLender(options: TestDepsOptions = {}): Promise<TestLender> {
  const store = await testDeps(options);
  const app = buildApp(store.deps);
  const deployment = await newDeployment(store, { company: "Acme", name: "Loans" });
  return {
    ...store,
    app,
    deployment,
    close: async () => {
      await app.close();
      await store.close();
    },
  };
}

/** Another company with a deployment of its own. */
export async function newDeployment(
  { deps }: Pick<TestDeps, "deps">,
  names: { readonly company: string; readonly name: string },
): Promise<CreatedDeployment> {
  const { companyId } = await createCompany(deps, { name: names.company, actor: SYSTEM });
  return createDeployment(deps, { companyId, name: names.name, actor: SYSTEM });
}

export function hmacHex(key: string, text: string | Uint8Array): string {
  return createHmac("sha512", key).update(text).digest("hex");
}

export interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; everything else as JSON. */
  readonly raw?: string | Buffer;
}

/** Posts to the tokens route as JSON unless the headers say otherwise. */
export async function postTokens(
  app: FastifyInstance,
  body: unknown,
  options: PostOptions = {},
): Promise<LightMyRequestResponse> {
  return app.inject({
    method: "POST",
    url: TOKENS_PATH,
    headers: { "content-type": "application/json", ...options.headers },
    payload: options.raw ?? JSON.stringify(body),
  });
}

/** For suites that create more sessions than the default rate allows. */
export const UNLIMITED: TestDepsOptions = { config: { sessionRate: { perSecond: 100_000, burst: 100_000 } } };

/** What a key may be used against by mistake: another company's deployment, and a second one of the same company. */
export async function createNeighbours(
  lender: TestLender,
): Promise<{ readonly other: CreatedDeployment; readonly sibling: CreatedDeployment }> {
  const { companyId } = lender.deployment;
  return {
    other: await newDeployment(lender, { company: "Other Lender", name: "Secret product" }),
    sibling: await createDeployment(lender.deps, { companyId, name: "Cards", actor: SYSTEM }),
  };
}

/** The lender's calls with its Test key; `current` is asked at each call, since suites make their lender late. */
export function sessionCalls(current: () => TestLender) {
  const post = (body: unknown, options: PostOptions = {}) =>
    postTokens(current().app, body, {
      ...options,
      headers: { "api-key": current().deployment.test.apiKey, ...options.headers },
    });
  return {
    post,
    create: (uid: unknown, more: Readonly<Record<string, unknown>> = {}) =>
      post({ uid, integration_id: current().deployment.test.integrationId, ...more }),
    setState: async (uid: string, sql: string): Promise<void> => {
      await current().deps.db.query(`UPDATE sessions SET ${sql} WHERE company_id = $1::text AND uid = $2::text`, [
        current().deployment.companyId,
        uid,
      ]);
    },
  };
}
