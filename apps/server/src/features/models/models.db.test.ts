import { models } from "@tallystick/scoring";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createLender, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { cliActor } from "../audit/service.ts";
import { contentHash, importModel, listModels, loadModel, readArtefact, seedModels } from "./service.ts";

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
  await expect(loadModel(store.deps.db, companyId, "none-1")).rejects.toMatchObject({ code: "model_unknown" });
});

const document = (change: object) => JSON.stringify({ ...models.at(-1), ...change });

test("every shipped model has the form and the sense that an imported one must have", () => {
  for (const model of models) expect(readArtefact(JSON.stringify(model))).toEqual(model);
});

describe("a model of the company's own", () => {
  const own = (text: string) => importModel(store.deps, { companyId: lender.companyId, text, actor: cliActor("ana") });

  test("is stored once, listed with its origin, and recorded", async () => {
    const text = document({ version: "ours-1" });
    expect(await own(text)).toMatchObject({ origin: "local", isNew: true, artefact: { version: "ours-1" } });
    expect(await own(text)).toMatchObject({ isNew: false });
    const listed = await listModels(store.deps.db, lender.companyId);
    expect(listed.map(({ artefact, origin }) => [artefact.version, origin])).toContainEqual(["ours-1", "local"]);
    const entries = await store.deps.db.query(
      "SELECT actor, target_id, details FROM audit_entries WHERE company_id = $1 AND action = 'model.imported'",
      [lender.companyId],
    );
    expect(entries).toEqual([
      { actor: "cli:ana", target_id: "ours-1", details: { content_hash: contentHash(JSON.parse(text)) } },
    ]);
  });

  test("keeps its content under its version, as the shipped ones do", async () => {
    await own(document({ version: "ours-2" }));
    await expect(own(document({ version: "ours-2", title: "Another" }))).rejects.toMatchObject({
      code: "model_version_taken",
    });
    await expect(own(document({ title: "Another" }))).rejects.toMatchObject({ code: "model_version_taken" });
    expect(await own(document({}))).toMatchObject({ origin: "shipped", isNew: false });
  });

  test.each([
    [
      "no JSON",
      "{",
      "The document is not JSON: line 1, column 2: the text ends here, but a member name in double quotes is expected.",
    ],
    ["an unknown member", document({ colour: "red" }), 'The document: does not know "colour"'],
    ["a wrong type", document({ calibrated: "no" }), "calibrated: is a string; expected a boolean"],
    ["no sense", document({ bandCutoffs: [20, 20, 60, 80] }), "bandCutoffs: each must be higher than the one before"],
    ["a strange version", document({ version: "Ours 1" }), "version: takes up to 40 of a–z"],
  ])("is refused for %s, and says where", async (_name, text, detail) => {
    const refused = own(text);
    await expect(refused).rejects.toMatchObject({ code: "model_invalid" });
    await expect(refused).rejects.toThrow(detail);
  });

  test("of another company is not there", async () => {
    await own(document({ version: "ours-3" }));
    const other = await createLender(store.deps);
    await expect(loadModel(store.deps.db, other.companyId, "ours-3")).rejects.toMatchObject({ code: "model_unknown" });
  });
});
