import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const RESULT_ERRORS = {
  cursor_invalid: {
    status: 422,
    title: "This is no cursor of this environment's events",
    mend: "Send a cursor of GET /v1/events unchanged, with a key of the environment it was read with. If it came from there, read the feed again from its beginning, without after: event ids tell what you have seen.",
  },
  scoring_not_retryable: {
    status: 409,
    title: "There is nothing here that scoring could be tried on again",
    mend: "Only a completed journey that could not be scored, and whose inputs are still kept, can be scored again. The detail says which of these is missing; a journey that was left can be re-opened.",
  },
  result_view_name_taken: {
    status: 409,
    title: "You have a view of this name already",
    mend: "Choose another name, or send replace to write over the one you have.",
  },
  result_views_full: {
    status: 409,
    title: "You have as many views as are kept",
    mend: "Delete one that you no longer use, or write over one.",
  },
  result_view_unknown: {
    status: 404,
    title: "You have no such view here",
    mend: "Read the list of your views again; each person sees their own alone.",
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
  scoring_not_retryable: { detail: "The journey is expired; scoring is tried again on completed journeys alone." },
  result_view_name_taken: { detail: 'You have a view called "To be reviewed this week".' },
  result_views_full: { detail: "At most 50 views are kept for each person in a company." },
  result_view_unknown: { detail: "You have no view of this id in this company." },
  session_running: { detail: "The journey is in_progress; its seeds stay secret until it has ended." },
  inputs_removed: {
    detail: "The inputs of this session were removed when their time was over.",
    extra: { reason: "retention" },
  },
};
