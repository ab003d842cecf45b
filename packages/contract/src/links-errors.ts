import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const LINK_ERRORS = {} as const satisfies ErrorTable;

export const LINK_ERROR_EXAMPLES: ExampleTable<keyof typeof LINK_ERRORS> = {};
