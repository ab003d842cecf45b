import type { ModelArtefact } from "./contract.ts";
import { preview11 } from "./models/preview-1-1.ts";
import { preview1 } from "./models/preview-1.ts";
import standard1 from "./models/standard-1.0.json" with { type: "json" };

/**
 * Model of batteries `standard-1` and `extended-1`, and what a model of a lender's own begins as: a JSON document. Its
 * form and sense are tested; the compiler can not read literals out of JSON.
 */
export const standard10 = standard1 as unknown as ModelArtefact;

/** Every shipped model version, for ever: results name the one that made them. */
export const models: readonly ModelArtefact[] = [preview1, preview11, standard10];

export function findModel(version: string): ModelArtefact | null {
  return models.find((model) => model.version === version) ?? null;
}
