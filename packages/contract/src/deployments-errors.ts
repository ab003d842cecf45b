import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const DEPLOYMENT_ERRORS = {} as const satisfies ErrorTable;

export const DEPLOYMENT_ERROR_EXAMPLES: ExampleTable<keyof typeof DEPLOYMENT_ERRORS> = {};
