import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const TEAM_ERRORS = {} as const satisfies ErrorTable;

export const TEAM_ERROR_EXAMPLES: ExampleTable<keyof typeof TEAM_ERRORS> = {};
