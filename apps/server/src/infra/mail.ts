import nodemailer, { type Transporter } from "nodemailer";

import type { Config } from "../config.ts";
import type { Logger } from "./logger.ts";
import type { Mail } from "./mail-message.ts";
import { putInOutbox } from "./outbox.ts";

export type { Mail } from "./mail-message.ts";

/** `outbox`: no SMTP_URL is set; the operator reads it with `tallystick outbox show`. */
export type MailOutcome = "sent" | "outbox" | "failed";

export interface Mailer {
  /** Waits until the mail server took it. Never throws: a failure is logged and told. */
  send(mail: Mail): Promise<MailOutcome>;
  /**
   * Prepares and sends after the caller has answered, so that the time of the answer tells nothing about what was found.
   * `null`: nothing to send.
   */
  post(prepare: () => Promise<Mail | null>): void;
  /** Resolves when everything posted so far is through. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Where a mail goes in the end; throws when it can not. */
type Carrier = (mail: Mail) => Promise<"sent" | "outbox">;

// A browser that waits for the answer of an invitation waits at most about this long for the mail server.
const TIMEOUT_MS = 10_000;

/** More than this at once is a flood; those above it are dropped and logged, and can be asked for again. */
const MAX_POSTED = 100;

export function createMailer(config: Pick<Config, "smtpUrl" | "mailFrom" | "dataDir">, log: Logger): Mailer {
  if (config.smtpUrl === null) return mailerOver(async (mail) => keep(config.dataDir, mail), log);
  const transport = connect(config.smtpUrl);
  const carry: Carrier = async ({ to, subject, text, html }) => {
    await transport.sendMail({
      from: config.mailFrom,
      to,
      subject,
      text,
      html,
      // Nobody's holiday notice answers it, and no list server passes it on.
      headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
    });
    return "sent";
  };
  return mailerOver(carry, log, () => transport.close());
}

async function keep(dataDir: string, mail: Mail): Promise<"outbox"> {
  await putInOutbox(dataDir, mail);
  return "outbox";
}

/** `smtp:` insists on STARTTLS: mails carry links that open accounts. Not on loopback, nor with `?tls=off`. */
function connect(smtpUrl: string): Transporter {
  const { protocol, hostname, port, username, password, searchParams } = new URL(smtpUrl);
  const isTlsFromTheStart = protocol === "smtps:";
  const isOpen = searchParams.get("tls") === "off" || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return nodemailer.createTransport({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (isTlsFromTheStart ? 465 : 587) : Number(port),
    secure: isTlsFromTheStart,
    requireTLS: !isTlsFromTheStart && !isOpen,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    ...(username !== "" && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  });
}

/** Codes alone (`ECONNREFUSED`, `EAUTH`, 550): a mail server's own words repeat the address. */
function describeFailure(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return {};
  return {
    // ESOCKET alone says little; what the system called it stands in the message.
    failure: /\bE[A-Z]{5,}\b/.exec(error.message)?.[0] ?? ("code" in error ? error.code : error.name),
    ...("responseCode" in error && { answer: error.responseCode }),
  };
}

/** The same promises over any carrier. */
export function mailerOver(carry: Carrier, log: Logger, hangUp: () => void = () => undefined): Mailer {
  const posted = new Set<Promise<void>>();

  async function send(mail: Mail): Promise<MailOutcome> {
    try {
      return await carry(mail);
    } catch (error) {
      log.error({ kind: mail.kind, ...describeFailure(error) }, "A mail could not be sent");
      return "failed";
    }
  }

  async function prepareAndSend(prepare: () => Promise<Mail | null>): Promise<void> {
    try {
      const mail = await prepare();
      if (mail !== null) await send(mail);
    } catch (error) {
      log.error({ err: error }, "A mail could not be prepared");
    }
  }

  async function settle(): Promise<void> {
    while (posted.size > 0) await Promise.all(posted);
  }

  return {
    send,
    post: (prepare) => {
      if (posted.size >= MAX_POSTED) {
        log.warn("Too many mails at once; one was dropped");
        return;
      }
      const work = prepareAndSend(prepare).finally(() => posted.delete(work));
      posted.add(work);
    },
    settle,
    close: async () => {
      await settle();
      hangUp();
    },
  };
}
