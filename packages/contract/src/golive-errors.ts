import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const GOLIVE_ERRORS = {} as const satisfies ErrorTable;

export const GOLIVE_ERROR_EXAMPLES: ExampleTable<keyof typeof GOLIVE_ERRORS> = {};
