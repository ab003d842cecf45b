import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const RECONCILE_ERRORS = {
  list_invalid: {
    status: 422,
    title: "The list of uids can not be read",
    mend: "Send a CSV with a header line that names at least the column uid, or a plain list with one uid a line. The detail names the line and what is wrong there.",
  },
  list_too_long: {
    status: 422,
    title: "The list has more than 50 000 lines",
    mend: "Split it, for example by month, and send the parts one after the other.",
  },
} as const satisfies ErrorTable;

export const RECONCILE_ERROR_EXAMPLES: ExampleTable<keyof typeof RECONCILE_ERRORS> = {
  list_invalid: { detail: 'Line 3: score takes a whole number or nothing, not "high".' },
  list_too_long: { detail: "The list has 61204 lines; at most 50000 are compared at once." },
};
