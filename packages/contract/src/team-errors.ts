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
  reset_invalid: {
    status: 410,
    title: "This link for a new password is no good",
    mend: "Open the link of the newest mail, completely, within an hour; or ask for a new one.",
  },
  oidc_not_configured: {
    status: 404,
    title: "No identity provider is set up here",
    mend: "Sign in with the password. The operator sets a provider up with OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.",
  },
  oidc_unavailable: {
    status: 503,
    title: "The identity provider does not answer",
    mend: "Try again in a minute, or sign in with the password. The operator finds the reason in the log.",
  },
  oidc_state_invalid: {
    status: 400,
    title: "This sign-in was not begun in this browser",
    mend: "Begin again on the sign-in page; a sign-in with the provider takes at most ten minutes and needs cookies.",
  },
  oidc_refused: {
    status: 403,
    title: "The identity provider did not let you in",
    mend: "Begin again; if it stays, ask who looks after the identity provider.",
  },
  oidc_not_linked: {
    status: 403,
    title: "Nobody here is linked with this account",
    mend: "Open the link of an invitation and go on with the provider there, or sign in with the password and link the two.",
  },
  oidc_email_mismatch: {
    status: 403,
    title: "The provider does not vouch for the right address",
    mend: "Choose the account at the provider that has the invited address, or accept the invitation with a password.",
  },
  oidc_identity_taken: {
    status: 409,
    title: "This account at the provider opens another person's account here",
    mend: "Choose another account at the provider, or undo the link there first.",
  },
  last_way_in: {
    status: 409,
    title: "This is the only way in",
    mend: "Ask the operator of the server for a password first (tallystick user reset-password).",
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
  reset_invalid: { detail: "The link is not complete, was used, has run out or was replaced by a newer one." },
  oidc_not_configured: { detail: "No identity provider is set up; sign in with the password." },
  oidc_unavailable: { detail: "The identity provider does not answer; try again in a minute." },
  oidc_state_invalid: { detail: "This sign-in was not begun in this browser, or more than ten minutes ago." },
  oidc_refused: { detail: "The identity provider answered: access_denied." },
  oidc_not_linked: { detail: "Nobody here is linked with this account at Lender login." },
  oidc_email_mismatch: {
    detail: "The invitation is for ben@lender.example, but the provider vouches for another address.",
    note: "An e-mail address alone never opens an account: what counts is the provider's own, unchanging name of the person (issuer and subject). The address is compared only so that an invitation is not accepted with a wrong account by mistake.",
  },
  oidc_identity_taken: { detail: "This account at Lender login opens another account here." },
  last_way_in: { detail: "Your account has no password; without this link you could not sign in any more." },
  password_wrong: { detail: "This is not the password of the account." },
};
