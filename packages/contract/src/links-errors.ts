import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const LINK_ERRORS = {
  link_list_invalid: {
    status: 422,
    title: "The list of uids has lines that can not be used",
    mend: "Nothing was created. The member problems names each line, what is wrong with it and why: mend them and send the list again, or send skip_bad to leave them out.",
  },
  link_date_invalid: {
    status: 422,
    title: "The end date can not be used",
    mend: "Send a time in epoch seconds that lies in the future and at most 400 days ahead.",
  },
  link_batch_unknown: {
    status: 404,
    title: "There is no such batch of links here",
    mend: "Check the batch id, and that the key or the address names the environment the batch was made in. The list of batches shows all of them.",
  },
  link_batch_not_ready: {
    status: 409,
    title: "The batch has no links to work on",
    mend: "While it is being created, wait for its state to become ready; a failed one created nothing and is sent again.",
  },
  link_not_open: {
    status: 409,
    title: "The link has ended already",
    mend: "Nothing is left to revoke. The member state says how it ended; re-issue the link to let the person start again.",
  },
  link_not_extendable: {
    status: 409,
    title: "The end of this link can not be moved",
    mend: "Only links that wait for their first opening have an end date to move. Once the time of a journey runs, its end is fixed; after it ended, re-issue the link.",
  },
  link_message_invalid: {
    status: 422,
    title: "The text of the message can not be used",
    mend: "A text needs {link} once, and may use {lender}, {minutes} and {until}; the detail names what is wrong.",
  },
} as const satisfies ErrorTable;

export const LINK_ERROR_EXAMPLES: ExampleTable<keyof typeof LINK_ERRORS> = {
  link_list_invalid: {
    detail:
      "2 of 3 lines can not be used, and nothing was created. The first is line 2: uid has a space at position 4; it may hold A–Z, a–z, 0–9, _ and - only.",
    extra: {
      problems: [
        {
          line: 2,
          code: "uid_invalid",
          detail: "uid has a space at position 4; it may hold A–Z, a–z, 0–9, _ and - only",
        },
        { line: 3, code: "uid_duplicate", detail: "the same uid stands on line 1" },
      ],
    },
  },
  link_date_invalid: { detail: "valid_until lies in the past." },
  link_batch_unknown: { detail: "This environment has no batch of links of this id." },
  link_batch_not_ready: {
    detail: "The batch is still being created; try again when its state is ready.",
    extra: { state: "creating" },
  },
  link_not_open: { detail: "The journey is completed; nothing is left to revoke.", extra: { state: "completed" } },
  link_not_extendable: {
    detail: "The link was opened, so the time of its journey runs and its end is fixed.",
    extra: { state: "opened" },
  },
  link_message_invalid: { detail: "The text has no {link}; without it nobody can begin." },
};
