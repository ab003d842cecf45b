import type { AnswerOf } from "../../api/types.ts";
import type { DeliveryState } from "./search.ts";

export type Delivery = AnswerOf<"LIST_DELIVERIES">["items"][number];
export type DeliveryDetail = AnswerOf<"GET_DELIVERY">;
export type Attempt = DeliveryDetail["log"][number];
export type Replay = AnswerOf<"LIST_REPLAYS">["items"][number];
export type Notice = AnswerOf<"LIST_ENDPOINT_NOTICES">["items"][number];

export const STATE_WORDS: Readonly<Record<DeliveryState, string>> = {
  pending: "On its way, or waits for its next attempt",
  held: "Waits until the endpoint is enabled",
  delivered: "Your server answered 200",
  dead: "Given up after the last attempt, or the event was erased",
};

/** By status, what a receiver most likely has to mend. */
const ANSWERS: Readonly<Record<number, string>> = {
  401: "it refused the call. Look at how it checks the signature",
  403: "it refused the call. Look at how it checks the signature, and at firewalls before it",
  404: "nothing is at this address. Look at the path of the webhook URL",
  405: "it takes no POST at this address. Look at the path of the webhook URL",
  410: "gone for good. The endpoint is disabled by this answer",
  413: "the body is too large for it. Raise the limit of the server or of a proxy before it",
  429: "it was asked too often. The next attempt waits as long as it says",
};

/** Why an attempt counts as it does, in a sentence for the people who run the receiver. */
export function attemptWords({ status, error }: Pick<Attempt, "status" | "error">): string {
  if (status === null) return error ?? "No answer came.";
  if (status === 200) return "Answered 200: received.";
  const known = ANSWERS[status];
  if (known !== undefined) return `Answered ${status}: ${known}.`;
  if (status >= 200 && status < 300) return `Answered ${status}: only 200 counts as received.`;
  if (status >= 300 && status < 400) return `Answered ${status}: redirects are not followed. Set the final address.`;
  if (status >= 500) return `Answered ${status}: the receiver failed. Its own log says why.`;
  return `Answered ${status}: only 200 counts as received.`;
}

/** JSON with line breaks to read it; anything else as it came. */
export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

export function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

export const NOTICE_WORDS: Readonly<Record<Notice["kind"], string>> = {
  failing: "Nothing but failures for a day",
  disabling_soon: "Nothing but failures for four days: it will be disabled",
  disabled: "Disabled after five days of nothing but failures",
  gone: "Disabled: it answered 410",
  recovered: "It works again",
};
