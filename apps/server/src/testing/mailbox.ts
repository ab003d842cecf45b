import { pino } from "pino";

import { mailerOver, type Mail, type Mailer } from "../infra/mail.ts";

/** A mailer that keeps what was sent. */
export interface Mailbox extends Mailer {
  readonly mails: readonly Mail[];
  /** The newest mail to this address; throws when there is none. */
  lastTo(email: string): Mail;
  /** From now on the mail server takes nothing. */
  breakDown(): void;
}

export function createMailbox(): Mailbox {
  const mails: Mail[] = [];
  let isBroken = false;
  const mailer = mailerOver(
    async (mail) => {
      if (isBroken) throw new Error("the mail server is gone");
      mails.push(mail);
      return "sent";
    },
    pino({ level: "silent" }),
  );
  return {
    ...mailer,
    mails,
    lastTo: (email) => {
      const mail = mails.findLast(({ to }) => to === email);
      if (mail === undefined) throw new Error(`no mail to ${email}`);
      return mail;
    },
    breakDown: () => {
      isBroken = true;
    },
  };
}
