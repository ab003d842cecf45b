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
  sign_in_failed: {
    status: 401,
    title: "E-mail address and password do not fit together",
    mend: "Check both. A forgotten password is set anew by a mail from POST /beacon/api/password-reset, or by the operator: tallystick user reset-password EMAIL",
  },
  sign_in_throttled: {
    status: 429,
    title: "Too many failed tries",
    mend: "Wait for the seconds that Retry-After names. A browser in which you signed in before has tries of its own that nobody else can use up.",
  },
  one_time_password_expired: {
    status: 403,
    title: "The one-time password has run out",
    mend: "Ask the operator of the server for a new one: tallystick user reset-password EMAIL",
  },
  code_wrong: {
    status: 401,
    title: "The code does not fit",
    mend: "Send the six digits that the authenticator app shows now; each code works once. If they never fit, set the clock of the phone. A recovery code works too, once.",
  },
  second_factor_exists: {
    status: 409,
    title: "There is a second factor already",
    mend: "Switch it off first with POST /beacon/api/me/second-factor/disable, then set up the new one.",
  },
  second_factor_missing: {
    status: 409,
    title: "There is no second factor",
    mend: "Set one up: POST /beacon/api/me/second-factor, then send the first code to /beacon/api/me/second-factor/confirm.",
  },
  second_factor_given: {
    status: 409,
    title: "Nothing is left to be given",
    mend: "This sign-in is complete; go on with GET /beacon/api/me.",
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
  sign_in_failed: {
    detail: "The e-mail address or the password is wrong.",
    note: "The same answer, after the same time, whether there is an account or not.",
  },
  sign_in_throttled: { detail: "Too many failed tries; try again in 8 seconds." },
  one_time_password_expired: { detail: "The one-time password was valid for 7 days." },
  code_wrong: { detail: "The code is wrong, or was used before." },
  second_factor_exists: { detail: "A second factor is set up already." },
  second_factor_missing: { detail: "No second factor is set up for this account." },
  second_factor_given: { detail: "This sign-in is complete." },
  reauthentication_required: { detail: "This needs your password or a code given within the last 15 minutes." },
};
