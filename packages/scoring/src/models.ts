import type { ModelArtefact } from "./contract.ts";
import { preview11 } from "./models/preview-1-1.ts";
import { preview1 } from "./models/preview-1.ts";
import { standard1 } from "./models/standard-1.ts";

/** Every shipped model version, for ever: results name the one that made them. */
export const models: readonly ModelArtefact[] = [preview1, preview11, standard1];

export function findModel(version: string): ModelArtefact | null {
  return models.find((model) => model.version === version) ?? null;
}
