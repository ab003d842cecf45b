import { findModel, models, type ModelArtefact } from "@tallystick/scoring";

import type { Queryable, Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { type Actor, record } from "../audit/service.ts";
import { contentHash, readArtefact } from "./artefact.ts";
import * as store from "./store.ts";

export { contentHash, inOrder, readArtefact } from "./artefact.ts";
export { type Difference, differences } from "./diff.ts";

/** Copies the shipped artefacts to a company, where its own versions will stand beside them. */
export async function seedModels(tx: Transaction, _deps: Deps, companyId: string): Promise<void> {
  for (const artefact of models) await store.insertModel(tx, companyId, newRow(artefact, "shipped"));
}

function newRow(artefact: ModelArtefact, origin: store.ModelOrigin): store.ModelVersionRow {
  return { modelVersion: artefact.version, origin, artefact, contentHash: contentHash(artefact) };
}

export interface LoadedModel {
  readonly artefact: ModelArtefact;
  /** `shipped` with this build or an earlier one, or the company's own. */
  readonly origin: store.ModelOrigin;
  readonly contentHash: string;
}

/**
 * The pinned version, as stored for this company. One that was shipped after the company was created is copied on its
 * first use. Throws `model_unknown` when there is no such version, and an error when the stored one was altered.
 */
export async function loadModel(db: Queryable, companyId: string, modelVersion: string): Promise<LoadedModel> {
  const row =
    (await store.selectModel(db, companyId, modelVersion)) ?? (await copyShipped(db, companyId, modelVersion));
  return loaded(row);
}

function loaded({ artefact, contentHash: stored, origin, modelVersion }: store.ModelVersionRow): LoadedModel {
  if (contentHash(artefact) !== stored) throw new Error(`model version ${modelVersion} was altered`);
  // Shipped with a build or checked by importModel, and its content hash holds.
  return { artefact: artefact as ModelArtefact, origin, contentHash: stored };
}

/** The company's versions, oldest first, and after them those of this build that it has not used yet. */
export async function listModels(db: Queryable, companyId: string): Promise<readonly LoadedModel[]> {
  return (await allRows(db, companyId)).map(loaded);
}

async function allRows(db: Queryable, companyId: string): Promise<readonly store.ModelVersionRow[]> {
  const rows = await store.selectModels(db, companyId);
  const unused = models.filter(({ version }) => rows.every(({ modelVersion }) => modelVersion !== version));
  return [...rows, ...unused.map((artefact) => newRow(artefact, "shipped"))];
}

export interface ImportedModel extends LoadedModel {
  /** False when the same content was there already. */
  readonly isNew: boolean;
}

/**
 * Stores a model of the company's own; nothing uses it until an environment names it. Throws `model_invalid`, or
 * `model_version_taken` when the version has another content here or in this build.
 */
export async function importModel(
  deps: Deps,
  { companyId, text, actor }: { readonly companyId: string; readonly text: string; readonly actor: Actor },
): Promise<ImportedModel> {
  const artefact = readArtefact(text);
  const row = newRow(artefact, findModel(artefact.version) === null ? "local" : "shipped");
  const shipped = findModel(artefact.version);
  if (shipped !== null && contentHash(shipped) !== row.contentHash) throw versionTaken(artefact.version);
  return deps.db.transaction(async (tx) => {
    const isNew = await store.insertModel(tx, companyId, row);
    const stored = isNew ? row : await store.selectModel(tx, companyId, row.modelVersion);
    if (stored?.contentHash !== row.contentHash) throw versionTaken(artefact.version);
    if (isNew) await record(tx, deps, importEntry(companyId, actor, row));
    return { ...loaded(stored), isNew };
  });
}

function versionTaken(version: string): Error {
  return fail("model_version_taken", `"${version}" is there with another content; give this document another version.`);
}

function importEntry(companyId: string, actor: Actor, row: store.ModelVersionRow) {
  const details = { content_hash: row.contentHash };
  return { companyId, actor, action: "model.imported", targetType: "model", targetId: row.modelVersion, details };
}

/** Every version the company can be scored with, stored or shipped, in the order of the alphabet. */
export async function modelVersions(db: Queryable, companyId: string): Promise<readonly string[]> {
  const stored = await store.selectModelVersions(db, companyId);
  return [...new Set([...stored, ...models.map(({ version }) => version)])].toSorted();
}

/**
 * A session pins its model at creation and needs it when it finishes, so a version is refused where it is chosen.
 * Throws `setting_invalid` for one that is neither stored nor shipped, or that was made for other batteries.
 */
export async function checkModelFits(
  db: Queryable,
  companyId: string,
  choice: { readonly modelVersion: string; readonly battery: string },
): Promise<void> {
  const { modelVersion, battery } = choice;
  const isThere = findModel(modelVersion) !== null || (await store.selectModel(db, companyId, modelVersion)) !== null;
  if (!isThere)
    throw fail("setting_invalid", `model_version: there is no "${modelVersion}"; none takes the battery's own`);
  const { artefact } = await loadModel(db, companyId, modelVersion);
  if (artefact.batteries.includes(battery)) return;
  throw fail(
    "setting_invalid",
    `model_version: "${modelVersion}" scores ${artefact.batteries.join(", ")}, not ${battery}; none takes the battery's own`,
  );
}

async function copyShipped(db: Queryable, companyId: string, modelVersion: string): Promise<store.ModelVersionRow> {
  const artefact = findModel(modelVersion);
  if (artefact === null) {
    const known = (await allRows(db, companyId)).map((row) => row.modelVersion);
    throw fail("model_unknown", `There is no model "${modelVersion}"; there are ${known.join(", ")}.`);
  }
  const row = newRow(artefact, "shipped");
  await store.insertModel(db, companyId, row);
  return row;
}
