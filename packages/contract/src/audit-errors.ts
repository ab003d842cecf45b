import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const AUDIT_ERRORS = {} as const satisfies ErrorTable;

export const AUDIT_ERROR_EXAMPLES: ExampleTable<keyof typeof AUDIT_ERRORS> = {};
