import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const TEAM_ERRORS = {
  last_admin: {
    status: 409,
    title: "A company keeps at least one admin",
    mend: "Make another member an admin first.",
  },
  already_member: {
    status: 409,
    title: "This person is a member already",
    mend: "Change the role of the member instead.",
  },
  invitation_open: {
    status: 409,
    title: "This person has an open invitation",
    mend: "Send that one again (the answer names it as invitation_id), or withdraw it first.",
  },
  invitation_closed: {
    status: 409,
    title: "This invitation is over",
    mend: "It was accepted or withdrawn; invite the person anew.",
  },
  invitation_unknown: {
    status: 404,
    title: "This invitation is not known",
    mend: "Open the link of the newest mail, completely. If there is none, ask an admin of the company to send the invitation again.",
  },
  invitation_expired: {
    status: 410,
    title: "This invitation has run out",
    mend: "Ask an admin of the company to send it again; each mail is valid for 24 hours.",
  },
  invitation_used: {
    status: 410,
    title: "This invitation was accepted before",
    mend: "Sign in. If it was not you who accepted it, tell an admin of the company at once.",
  },
  signed_in_as_other: {
    status: 409,
    title: "Somebody else is signed in in this browser",
    mend: "Go on as that person in this browser and open the link in another one, or send replace_sign_in: true, which signs them out here.",
  },
  account_exists: {
    status: 409,
    title: "This e-mail address has an account",
    mend: "Accept with the password of that account, or sign in first.",
  },
  account_disabled: {
    status: 403,
    title: "This account is switched off",
    mend: "Ask the operator of the server to switch it on again.",
  },
  password_wrong: {
    status: 401,
    title: "The password does not fit",
    mend: "Send the password of the account; a mail with a link for a new one comes from /beacon/api/password-reset.",
  },
} as const satisfies ErrorTable;

export const TEAM_ERROR_EXAMPLES: ExampleTable<keyof typeof TEAM_ERRORS> = {
  last_admin: { detail: "Ana is the last admin of this company; make another member an admin first." },
  already_member: { detail: "ben@lender.example is a member already, as viewer." },
  invitation_open: {
    detail: "ben@lender.example was invited and has not answered yet.",
    extra: { invitation_id: "inv_01k0000000000000000000000a" },
  },
  invitation_closed: { detail: "The invitation was accepted." },
  invitation_unknown: {
    detail: "The link is not complete, or a newer mail has replaced it, or the invitation was withdrawn.",
  },
  invitation_expired: { detail: "The invitation was valid for 24 hours, and they are over." },
  invitation_used: { detail: "The invitation was accepted before. Sign in instead." },
  signed_in_as_other: {
    detail: "The invitation is for ben@lender.example, but Ana (ana@lender.example) is signed in in this browser.",
    extra: { signed_in_as: { email: "ana@lender.example", name: "Ana" } },
    note: "This is the code that keeps an invitation from being accepted **in the wrong name** when several tabs or people share a browser.",
  },
  account_exists: { detail: "ben@lender.example has an account already; accept with its password, or sign in first." },
  account_disabled: { detail: "The account was switched off." },
  password_wrong: { detail: "This is not the password of the account." },
};
