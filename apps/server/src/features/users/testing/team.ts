import type { FastifyInstance, LightMyRequestResponse } from "fastify";

import type { Mailbox } from "../../../testing/mailbox.ts";

export const PASSWORD = "seven quiet tally sticks";

/** The token behind # in the newest mail to this address. */
export function tokenIn(mailbox: Mailbox, email: string): string {
  const token = /#([\w-]{43})\s/.exec(mailbox.lastTo(email).text)?.[1];
  if (token === undefined) throw new Error(`no token in the mail to ${email}`);
  return token;
}

export async function post(
  app: FastifyInstance,
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<LightMyRequestResponse> {
  return app.inject({
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...headers },
    payload: JSON.stringify(body),
  });
}

/** `[status, code]` of an answer. */
export function outcome(answer: LightMyRequestResponse): readonly [number, unknown] {
  const body = answer.body === "" ? {} : answer.json<Readonly<Record<string, unknown>>>();
  return [answer.statusCode, body["code"]];
}

/** Headers of the sign-in that an answer brought. */
export function signInOf(answer: LightMyRequestResponse): { readonly cookie: string; readonly "x-csrf-token": string } {
  const cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
  return { cookie, "x-csrf-token": String(answer.json<{ csrf_token?: unknown }>().csrf_token) };
}
