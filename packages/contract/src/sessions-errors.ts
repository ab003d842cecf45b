import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const SESSION_ERRORS = {} as const satisfies ErrorTable;

export const SESSION_ERROR_EXAMPLES: ExampleTable<keyof typeof SESSION_ERRORS> = {};
