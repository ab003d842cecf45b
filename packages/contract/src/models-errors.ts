import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const MODEL_ERRORS = {
  model_unknown: {
    status: 404,
    title: "There is no such model version",
    mend: "List the versions with `tallystick model list`, or import the document that describes it.",
  },
  model_invalid: {
    status: 422,
    title: "The document is not a model that can score",
    mend: "Export a version that works (`tallystick model export`), and change that. The detail names what is wrong.",
  },
  model_version_taken: {
    status: 409,
    title: "This version has another content already",
    mend: "Give the document a version of its own: results name the version that made them, so its content never changes.",
  },
} as const satisfies ErrorTable;

export const MODEL_ERROR_EXAMPLES: ExampleTable<keyof typeof MODEL_ERRORS> = {
  model_unknown: { detail: 'There is no model "standard-9"; there are preview-1.0, preview-1.1, standard-1.0.' },
  model_invalid: {
    detail: 'traits.patience.metric: battery "standard-1" has no metric "money_choices.patience"',
  },
  model_version_taken: { detail: '"standard-1.0" is there with another content; give this document another version.' },
};
