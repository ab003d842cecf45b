import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const RESULT_ERRORS = {
  cursor_invalid: {
    status: 422,
    title: "This is no cursor of this environment's events",
    mend: "Send a cursor of GET /v1/events unchanged, with a key of the environment it was read with. If it came from there, read the feed again from its beginning, without after: event ids tell what you have seen.",
  },
} as const satisfies ErrorTable;

export const RESULT_ERROR_EXAMPLES: ExampleTable<keyof typeof RESULT_ERRORS> = {
  cursor_invalid: {
    detail: "after: this cursor belongs to another environment than the API key.",
    note: "A cursor of Test is refused in Production and in every other deployment. One whose event is no longer there is refused too: after the restoring of a backup events get their numbers anew, and going on at an old cursor would skip some in silence.",
  },
};
