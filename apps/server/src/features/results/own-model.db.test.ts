import { models } from "@tallystick/scoring";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import { createLender, DEVICE, startPlaying, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { SYSTEM } from "../audit/service.ts";
import { setEnvironment } from "../deployments/service.ts";
import { importModel } from "../models/service.ts";

let store: TestDeps;
let app: FastifyInstance;
let lender: Lender;

beforeAll(async () => {
  store = await testDeps();
  app = buildApp(store.deps);
  lender = await createLender(store.deps, { battery: "preview-1" });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

/** Patience on a phone is compared with people whose middle lies one standard deviation higher. */
function ownModel(): string {
  const model = models.find(({ version }) => version === "preview-1.1");
  const [patience, ...rest] = model?.traits ?? [];
  if (model === undefined || patience === undefined) throw new Error("no model to change");
  const { norm } = patience;
  const normsByDevice = { phone: { ...norm, centre: norm.centre + norm.scale } };
  return JSON.stringify({ ...model, version: "phones-1", traits: [{ ...patience, normsByDevice }, ...rest] });
}

interface Stored {
  readonly version: string;
  readonly z: number;
  readonly share: number;
}

test("an imported model scores the sessions created after it was chosen, by the norm of the device they were opened on", async () => {
  const { companyId, deploymentId } = lender;
  await importModel(store.deps, { companyId, text: ownModel(), actor: SYSTEM });
  const settings = { model_version: "phones-1" };
  await setEnvironment(store.deps, { companyId, deploymentId, kind: "test", settings, actor: SYSTEM });

  const { applicant, sessionId } = await startPlaying(app, lender);
  expect(DEVICE.class).toBe("phone");
  while (applicant.journey?.grants.length) await applicant.taskDone(await applicant.playTask());
  expect((await applicant.finish()).body["state"]).toBe("completed");

  const [stored] = await store.deps.db.query<Stored>(
    `SELECT model_version AS version, (calculated->'working'->'z'->>'patience')::float8 AS z,
            round(((calculated->'working'->'z'->>'patience')::numeric + 1) * 0.242 + 0.514, 4)::float8 AS share
       FROM results WHERE company_id = $1 AND session_id = $2`,
    [companyId, sessionId],
  );
  expect(stored?.version).toBe("phones-1");
  // The phone's norm undone, z gives back a number of choices out of fifteen; the common norm undone would give none.
  const fifteenths = (stored?.share ?? NaN) * 15;
  expect(Math.abs(fifteenths - Math.round(fifteenths))).toBeLessThan(0.01);
});
