import type { Mail } from "../../../infra/mail.ts";
import { write } from "../team/mail-texts.ts";

const IF_NOT = "If it was not you, tell an admin of your company and the operator of the server at once.";

export type AccountNews = "password" | "one_time_password" | "factor_on" | "factor_off" | "recovery_code";

const NEWS: Readonly<Record<AccountNews, { readonly subject: string; readonly text: string }>> = {
  password: {
    subject: "Your password for Tallystick was changed",
    text: "The password of your account was changed, and every other sign-in was ended.",
  },
  one_time_password: {
    subject: "Your password for Tallystick was reset",
    text: "The operator of the server gave your account a one-time password, and every sign-in was ended.",
  },
  factor_on: {
    subject: "Your account on Tallystick has a second factor now",
    text: "From now on every sign-in asks for a code of your authenticator app. Keep the recovery codes in a safe place.",
  },
  factor_off: {
    subject: "The second factor of your account on Tallystick was switched off",
    text: "Your password alone opens your account from now on.",
  },
  recovery_code: {
    subject: "A recovery code opened your account on Tallystick",
    text: "A recovery code took the place of your authenticator app. Each code works once; make new ones before none is left.",
  },
};

/** What somebody should hear who did not do it. */
export function accountMail(to: string, news: AccountNews): Mail {
  const { subject, text } = NEWS[news];
  return write({ kind: `account_${news}`, to, subject, paragraphs: [text, IF_NOT] });
}
