import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const RETENTION_ERRORS = {} as const satisfies ErrorTable;

export const RETENTION_ERROR_EXAMPLES: ExampleTable<keyof typeof RETENTION_ERRORS> = {};
