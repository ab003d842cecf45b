import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const RETENTION_ERRORS = {
  erasure_unknown: {
    status: 404,
    title: "There is no such erasure here",
    mend: "Check the id, and that the key belongs to the environment of the session. Asking to erase the same uid again answers the erasure it has.",
  },
  hold_unknown: {
    status: 404,
    title: "There is no such legal hold",
    mend: "List the holds of the company and take the id from there.",
  },
} as const satisfies ErrorTable;

export const RETENTION_ERROR_EXAMPLES: ExampleTable<keyof typeof RETENTION_ERRORS> = {
  erasure_unknown: { detail: 'There is no erasure "era_01k0000000000000000000000a" here.' },
  hold_unknown: { detail: 'There is no hold "hld_01k0000000000000000000000a" in this company.' },
};
