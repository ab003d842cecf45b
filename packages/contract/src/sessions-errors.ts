import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const SESSION_ERRORS = {
  session_unknown: {
    status: 404,
    title: "There is no such session here",
    mend: "Check the uid or session id, and that the key belongs to the environment the session was created in: Test, Production and every deployment keep their own.",
  },
  session_ambiguous: {
    status: 400,
    title: "The uid was used in several environments",
    mend: "Name the environment with --integration ID, or give the session id.",
  },
  session_not_reopenable: {
    status: 409,
    title: "This session can not be re-opened",
    mend: "Only journeys that expired, were cancelled or were left incomplete can start again. An open one needs nothing; after a completed one use another uid.",
  },
  session_not_cancellable: {
    status: 409,
    title: "This session has ended already",
    mend: "Nothing is left to cancel. The member state says how it ended.",
  },
} as const satisfies ErrorTable;

export const SESSION_ERROR_EXAMPLES: ExampleTable<keyof typeof SESSION_ERRORS> = {
  session_unknown: { detail: "This environment has no session of this uid." },
  session_ambiguous: { detail: "This uid has a session in 2 environments; name one with --integration ID." },
  session_not_reopenable: {
    detail:
      "The journey is completed, and a result is never replaced. Create a session under another uid for a new application.",
    extra: { state: "completed" },
  },
  session_not_cancellable: {
    detail: "The journey is completed; nothing is left to cancel.",
    extra: { state: "completed" },
  },
};
