import type { Mail } from "../../infra/mail.ts";
import { writeMail } from "../users/service.ts";
import type { NoticeKind } from "./notices-store.ts";

export interface NoticeMail {
  readonly to: string;
  readonly kind: NoticeKind;
  readonly companyName: string;
  readonly deploymentName: string;
  readonly environmentKind: "test" | "production";
  readonly host: string | null;
  readonly failingSince: Date | null;
}

const KEPT = "Nothing is lost: every event is kept, with its id and its bytes.";
const AGAIN =
  "Mend the receiver, then switch the endpoint on in Beacon, or set its webhook URL again (also the same one): both send what was held. What was given up before is sent again by a replay of the failed ones.";
const LOOK = "The webhook log shows each attempt and what your receiver answered.";

const TEXTS: Readonly<Record<NoticeKind, { readonly subject: string; readonly paragraphs: readonly string[] }>> = {
  failing: {
    subject: "has been failing for a day",
    paragraphs: [
      "Not one event was accepted since then: only the answer 200 within 15 seconds counts. Events are sent again by their schedule.",
      "After five days of nothing but failures the endpoint is disabled.",
      LOOK,
    ],
  },
  disabling_soon: {
    subject: "will be disabled in a day",
    paragraphs: [
      "It has been failing for four days. With the first failure after five days it is disabled: events are then held until you enable it.",
      LOOK,
    ],
  },
  disabled: {
    subject: "was disabled",
    paragraphs: [`Nothing but failures for five days. ${KEPT}`, AGAIN],
  },
  gone: {
    subject: "was disabled: it answered 410",
    paragraphs: [`An answer of 410 says that nobody will take events there any more. ${KEPT}`, AGAIN],
  },
  recovered: {
    subject: "works again",
    paragraphs: [
      "It accepted an event. What still waits is sent by its schedule; what was given up meanwhile is sent again by a replay of the failed ones.",
    ],
  },
};

/** To one admin; names no uid and of the address only the host. */
export function noticeMail(notice: NoticeMail): Mail {
  const { kind, companyName, deploymentName, host, failingSince } = notice;
  const side = notice.environmentKind === "test" ? "Test" : "Production";
  const { subject, paragraphs } = TEXTS[kind];
  const at = failingSince?.toISOString().slice(0, 16).replace("T", " ");
  const since = at === undefined ? "" : ` ${kind === "recovered" ? "It had been failing" : "Failing"} since ${at} UTC.`;
  return writeMail({
    kind: `webhook_${kind}`,
    to: notice.to,
    subject: `The webhook of ${deploymentName} (${side}) ${subject}`,
    paragraphs: [
      `${companyName}, ${deploymentName}, ${side}: the webhook receiver${host === null ? "" : ` at ${host}`} ${subject}.${since}`,
      ...paragraphs,
    ],
  });
}
