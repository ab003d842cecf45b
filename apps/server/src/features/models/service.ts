import { createHash } from "node:crypto";

import { canonicalJson, findModel, models, type ModelArtefact } from "@tallystick/scoring";

import type { Queryable, Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
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

async function copyShipped(db: Queryable, companyId: string, modelVersion: string): Promise<store.ModelVersionRow> {
  const artefact = findModel(modelVersion);
  if (artefact === null) throw new Error(`model version ${modelVersion} is neither stored nor shipped`);
  const row = shippedRow(artefact);
  await store.insertShippedModel(db, companyId, row);
  return row;
}
