import { findModel, type ModelArtefact } from "@tallystick/scoring";

/** Sentences of the flags that no model weighs; a test compares them with the guide. */
const UNWEIGHED: Readonly<Record<string, string>> = {
  accessible_path:
    "Keyboard, switch or screen reader: a note, not a doubt. It costs nothing, and timed traits are left out.",
  replay_mismatch:
    "What the page sent does not replay to what it showed; a mix of versions can look the same. Never a reason about the applicant.",
};

/** The model that wrote the sentences; earlier ones and those of lenders may leave them out. */
const SENTENCES = findModel("standard-1.0")?.signals ?? {};

/** In a plain sentence that blames nobody: the model's own, else ours. */
export function flagText(key: string, model: ModelArtefact | null): string {
  return model?.signals[key]?.text ?? SENTENCES[key]?.text ?? UNWEIGHED[key] ?? key.replaceAll("_", " ").concat(".");
}
