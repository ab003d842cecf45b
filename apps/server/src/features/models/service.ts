import { createHash } from "node:crypto";

import { canonicalJson, findModel, models, type ModelArtefact } from "@tallystick/scoring";

import type { Queryable, Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import * as store from "./store.ts";

/** sha256 hex of the canonical JSON: the same content has the same hash on every installation. */
export function contentHash(document: unknown): string {
  return createHash("sha256").update(canonicalJson(document)).digest("hex");
}

/** Copies the shipped artefacts to a company, where its own recalibrated versions will stand beside them. */
export async function seedModels(tx: Transaction, _deps: Deps, companyId: string): Promise<void> {
  for (const artefact of models) await store.insertShippedModel(tx, companyId, shippedRow(artefact));
}

function shippedRow(artefact: ModelArtefact): store.ModelVersionRow {
  return { modelVersion: artefact.version, artefact, contentHash: contentHash(artefact) };
}

export interface LoadedModel {
  readonly artefact: ModelArtefact;
  readonly contentHash: string;
}

/**
 * The pinned version, as stored for this company. One that was shipped after the company was created is copied on its
 * first use. Throws when there is no such version or the stored one was altered.
 */
export async function loadModel(db: Queryable, companyId: string, modelVersion: string): Promise<LoadedModel> {
  const row =
    (await store.selectModel(db, companyId, modelVersion)) ?? (await copyShipped(db, companyId, modelVersion));
  if (contentHash(row.artefact) !== row.contentHash) throw new Error(`model version ${modelVersion} was altered`);
  // Written by seedModels or the trainer only, and its content hash holds.
  return { artefact: row.artefact as ModelArtefact, contentHash: row.contentHash };
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
  if (artefact === null) throw new Error(`model version ${modelVersion} is neither stored nor shipped`);
  const row = shippedRow(artefact);
  await store.insertShippedModel(db, companyId, row);
  return row;
}
