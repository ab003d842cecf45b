import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const RESULT_ERRORS = {
  cursor_invalid: {
    status: 422,
    title: "This is no cursor of this environment's events",
    mend: "Send a cursor of GET /v1/events unchanged, with a key of the environment it was read with. If it came from there, read the feed again from its beginning, without after: event ids tell what you have seen.",
  },
  session_running: {
    status: 409,
    title: "This session has not ended yet",
    mend: "Look again when the journey has ended. Until then what the applicant is about to see stays secret.",
  },
  inputs_removed: {
    status: 410,
    title: "What the applicant did is no longer stored",
    mend: "Nothing brings it back: its time was over (the setting retention.inputs_days), or the person was erased. The member reason says which.",
  },
} as const satisfies ErrorTable;

export const RESULT_ERROR_EXAMPLES: ExampleTable<keyof typeof RESULT_ERRORS> = {
  cursor_invalid: {
    detail: "after: this cursor belongs to another environment than the API key.",
    note: "A cursor of Test is refused in Production and in every other deployment. One whose event is no longer there is refused too: after the restoring of a backup events get their numbers anew, and going on at an old cursor would skip some in silence.",
  },
  session_running: { detail: "The journey is in_progress; its seeds stay secret until it has ended." },
  inputs_removed: {
    detail: "The inputs of this session were removed when their time was over.",
    extra: { reason: "retention" },
  },
};
