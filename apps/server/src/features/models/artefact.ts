import { createHash } from "node:crypto";

import { modelArtefactSchema } from "@tallystick/contract";
import { canonicalJson, type KnownMetrics, type ModelArtefact, modelFaults } from "@tallystick/scoring";
import { batteries, findTask } from "@tallystick/tasks";

import { fail } from "../../infra/errors.ts";
import { explainIssues } from "../../infra/explain-issue.ts";
import { whereFault } from "../../infra/json-body.ts";

/** sha256 hex of the canonical JSON: the same content has the same hash on every installation. */
export function contentHash(document: unknown): string {
  return createHash("sha256").update(canonicalJson(document)).digest("hex");
}

/**
 * The model that a JSON text describes. Throws `model_invalid` with what is wrong: where the text stops being JSON, which
 * members have another form, or what makes no sense together.
 */
export function readArtefact(text: string): ModelArtefact {
  return checkArtefact(parse(text));
}

function checkArtefact(document: unknown): ModelArtefact {
  const parsed = modelArtefactSchema.safeParse(document);
  if (!parsed.success) throw fail("model_invalid", explainIssues(parsed.error, document, "The document"));
  const faults = modelFaults(parsed.data, knownMetrics());
  if (faults.length > 0) throw fail("model_invalid", faults.join("; "));
  return parsed.data;
}

/** The same document with its members in the order of the schema: the database keeps them in an order of its own. */
export function inOrder(artefact: ModelArtefact): ModelArtefact {
  return modelArtefactSchema.parse(artefact);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw fail("model_invalid", `The document is not JSON${whereFault(text)}.`, { cause: error });
  }
}

function knownMetrics(): KnownMetrics {
  return Object.fromEntries(
    batteries.map(({ version, tasks }) => [
      version,
      tasks.flatMap((task) =>
        (findTask(task.key, task.version)?.spec.metricDictionary ?? []).map(({ name }) => `${task.key}.${name}`),
      ),
    ]),
  );
}
