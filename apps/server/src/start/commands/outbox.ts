import { fail } from "../../infra/errors.ts";
import { findInOutbox, listOutbox } from "../../infra/outbox.ts";
import type { Command } from "../command.ts";
import { table } from "./table.ts";

const outboxList: Command = {
  name: "outbox list",
  summary: "List the mails that were kept because SMTP_URL is not set",
  positionals: [],
  options: {},
  example: "npx tallystick outbox list",
  run: async ({ config }) => {
    const mails = await listOutbox(config.dataDir);
    return {
      json: { mails: mails.map(({ id, keptAt, kind, to, subject }) => ({ id, kept_at: keptAt, kind, to, subject })) },
      text: table(
        ["MAIL", "TO", "SUBJECT"],
        mails.map(({ id, to, subject }) => [id, to, subject]),
        config.smtpUrl === null
          ? "The outbox is empty. Mails are kept here for 7 days while SMTP_URL is not set."
          : "The outbox is empty: SMTP_URL is set, so mails go to the mail server.",
      ),
    };
  },
};

const outboxShow: Command = {
  name: "outbox show",
  summary: "Show a mail of the outbox; `last` is the newest",
  positionals: ["MAIL"],
  options: {},
  example: "npx tallystick outbox show last",
  run: async ({ config }, args) => {
    const [wish = ""] = args.positionals;
    const mail = await findInOutbox(config.dataDir, wish);
    if (mail === null) {
      throw fail("not_found", `There is no mail "${wish}" in the outbox. List them with: tallystick outbox list`);
    }
    const { id, keptAt, kind, to, subject, text, html } = mail;
    return {
      json: { id, kept_at: keptAt, kind, to, subject, text, html },
      text: `To: ${to}\nSubject: ${subject}\nKept: ${keptAt}\n\n${text}\n`,
    };
  },
};

export const outboxCommands: readonly Command[] = [outboxList, outboxShow];
