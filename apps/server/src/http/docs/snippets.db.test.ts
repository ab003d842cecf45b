import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SYSTEM } from "../../features/audit/service.ts";
import { createCompany } from "../../features/companies/service.ts";
import { createDeployment } from "../../features/deployments/service.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { buildApp } from "../app.ts";
import { LANGUAGES, missing, run, snippet } from "../../../../../tools/harness/snippets.ts";

let test: TestDeps;
let app: FastifyInstance;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  test = await testDeps();
  const { companyId } = await createCompany(test.deps, { name: "Snippet Lender", actor: SYSTEM });
  const deployment = await createDeployment(test.deps, { companyId, name: "Loans", actor: SYSTEM });
  app = buildApp(test.deps);
  await app.listen({ port: 0, host: "127.0.0.1" });
  env = {
    TALLYSTICK_URL: `http://127.0.0.1:${String((app.server.address() as AddressInfo).port)}`,
    TALLYSTICK_API_KEY: deployment.test.apiKey,
    TALLYSTICK_INTEGRATION_ID: deployment.test.integrationId,
  };
});

afterAll(async () => {
  await app.close();
  await test.close();
});

for (const language of LANGUAGES) {
  const reason = missing(language);
  if (reason !== null) globalThis.process.stdout.write(`skipped: snippets in ${language}, because ${reason}\n`);
  describe.skipIf(reason !== null)(`the ${language} lines of the integration guide`, () => {
    for (const mode of ["a", "b"]) {
      it(`create a session in mode ${mode.toUpperCase()}, and the same one again`, async () => {
        const source = snippet("integrate.md", language, `create-${mode}`);
        const uid = `SNIP-${language}-${mode}`;
        const first = await run(language, source, { env, args: [uid] });
        expect(first.code, first.stderr).toBe(0);
        const answer = JSON.parse(first.stdout) as { session_id: string; link: string };
        expect(answer.link).toMatch(/\/a\/[0-9a-z]{12}$/);
        const second = await run(language, source, { env, args: [uid] });
        expect(JSON.parse(second.stdout)).toMatchObject({ session_id: answer.session_id });
      });

      it(`tell the code of a refusal in mode ${mode.toUpperCase()}`, async () => {
        const outcome = await run(language, snippet("integrate.md", language, `create-${mode}`), { env, args: ["!"] });
        expect(outcome.stdout + outcome.stderr).toContain("uid_invalid");
      });
    }
  });
}
