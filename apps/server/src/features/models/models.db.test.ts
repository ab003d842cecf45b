import { afterAll, beforeAll, expect, test } from "vitest";

import { createLender, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { contentHash, loadModel, seedModels } from "./service.ts";

let store: TestDeps;
let lender: Lender;

beforeAll(async () => {
  store = await testDeps();
  lender = await createLender(store.deps);
});
afterAll(() => store.close());

const VERSION = "preview-1.0";

test("a company has the shipped models with the hash of their content, and seeding again changes nothing", async () => {
  await store.deps.db.transaction((tx) => seedModels(tx, store.deps, lender.companyId));
  const { artefact, contentHash: hash } = await loadModel(store.deps.db, lender.companyId, VERSION);
  expect(artefact.version).toBe(VERSION);
  expect(contentHash(artefact)).toBe(hash);
});

test("a model shipped after the company was created is there on its first use", async () => {
  const { companyId } = await createLender(store.deps);
  await store.deps.db.query("DELETE FROM model_versions WHERE company_id = $1", [companyId]);
  const { artefact } = await loadModel(store.deps.db, companyId, VERSION);
  expect(artefact.version).toBe(VERSION);
  const rows = await store.deps.db.query("SELECT origin FROM model_versions WHERE company_id = $1", [companyId]);
  expect(rows).toEqual([{ origin: "shipped" }]);
});

test("an altered model is not used", async () => {
  const { companyId } = await createLender(store.deps);
  await store.deps.db.query(
    `UPDATE model_versions SET artefact = jsonb_set(artefact, '{preview}', 'false') WHERE company_id = $1`,
    [companyId],
  );
  await expect(loadModel(store.deps.db, companyId, VERSION)).rejects.toThrow("was altered");
  await expect(loadModel(store.deps.db, companyId, "none-1")).rejects.toThrow("neither stored nor shipped");
});
