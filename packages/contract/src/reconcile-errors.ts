import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const RECONCILE_ERRORS = {} as const satisfies ErrorTable;

export const RECONCILE_ERROR_EXAMPLES: ExampleTable<keyof typeof RECONCILE_ERRORS> = {};
