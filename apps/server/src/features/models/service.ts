import { createHash } from "node:crypto";

import { canonicalJson, models, type ModelArtefact } from "@tallystick/scoring";

import type { Queryable, Transaction } from "../../infra/database.ts";
import type { Deps } from "../../infra/deps.ts";
import * as store from "./store.ts";

/** sha256 hex of the canonical JSON: the same content has the same hash on every installation. */
export function contentHash(document: unknown): string {
  return createHash("sha256").update(canonicalJson(document)).digest("hex");
}

/** Copies the shipped artefacts to a company, where its own recalibrated versions will stand beside them. */
export async function seedModels(tx: Transaction, _deps: Deps, companyId: string): Promise<void> {
  for (const artefact of Object.values(models)) {
    await store.insertShippedModel(tx, companyId, {
      modelVersion: artefact.version,
      artefact,
      contentHash: contentHash(artefact),
    });
  }
}

export interface LoadedModel {
  readonly artefact: ModelArtefact;
  readonly contentHash: string;
}

/** The pinned version, as stored for this company. Throws when the row is missing or was altered. */
export async function loadModel(db: Queryable, companyId: string, modelVersion: string): Promise<LoadedModel> {
  const row = await store.selectModel(db, companyId, modelVersion);
  if (row === null) throw new Error(`model version ${modelVersion} is not stored for this company`);
  if (contentHash(row.artefact) !== row.contentHash) throw new Error(`model version ${modelVersion} was altered`);
  // Written by seedModels or the trainer only, and its content hash holds.
  return { artefact: row.artefact as ModelArtefact, contentHash: row.contentHash };
}
