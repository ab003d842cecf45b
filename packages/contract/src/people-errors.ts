import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const PEOPLE_ERRORS = {
  sign_in_required: {
    status: 401,
    title: "Nobody is signed in",
    mend: "Sign in, then send the request again. A sign-in ends after a time without use, and when it is revoked.",
  },
  csrf_invalid: {
    status: 403,
    title: "The request does not come from the dashboard's own page",
    mend: "Send the header x-csrf-token with the value that GET /beacon/api/me gives, from the dashboard's own origin.",
  },
  second_factor_required: {
    status: 401,
    title: "The second factor is still to be given",
    mend: "POST the current code of your authenticator app, or a recovery code, to /beacon/api/sign-in/second-factor.",
  },
  password_change_required: {
    status: 403,
    title: "The password must be changed first",
    mend: "Set a password of your own with POST /beacon/api/me/password; the one you were given is for the first sign-in only.",
  },
  password_weak: {
    status: 422,
    title: "This password would be guessed",
    mend: "Take at least 12 characters, for instance four words of your own. Digits and signs are allowed, not asked for.",
  },
  role_insufficient: {
    status: 403,
    title: "This is for admins",
    mend: "Ask an admin of the company to do it, or to make you an admin.",
  },
  reauthentication_required: {
    status: 403,
    title: "Confirm that it is you",
    mend: "POST your password, or a code of your second factor, to /beacon/api/me/confirm, then send the request again.",
  },
} as const satisfies ErrorTable;

export const PEOPLE_ERROR_EXAMPLES: ExampleTable<keyof typeof PEOPLE_ERRORS> = {
  sign_in_required: { detail: "Sign in first." },
  csrf_invalid: { detail: "The header x-csrf-token is missing or belongs to another sign-in." },
  second_factor_required: { detail: "Give the code of your second factor first." },
  password_change_required: { detail: "Set a password of your own first." },
  password_weak: { detail: "The password has 8 characters; take at least 12." },
  role_insufficient: { detail: "Viewers read results and dashboards; this needs an admin." },
  reauthentication_required: { detail: "This needs your password or a code given within the last 15 minutes." },
};
