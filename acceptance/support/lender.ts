import { createHmac } from "node:crypto";
import { verifyWebhook, type VerifiedWebhook } from "@tallystick/client";
import type { Received } from "../../tools/harness/receiver.ts";
import { type Environment, newUid, type World } from "./world.ts";

/** What a lender's server does, byte by byte, so that bad requests can be made as well. */

export interface Reply<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly text: string;
  readonly headers: Headers;
}

export interface Created {
  readonly access_token: string;
  readonly url: string;
  readonly session_id: string;
  readonly expires_at: number;
  readonly link: string;
  readonly warnings: readonly { readonly code: string; readonly detail: string }[];
}

export const TOKENS = "/v1/sessions-management/tokens";

export async function send<Body = Record<string, unknown>>(url: string, init: RequestInit): Promise<Reply<Body>> {
  const response = await fetch(url, { redirect: "manual", ...init });
  const text = await response.text();
  return { status: response.status, text, body: parse<Body>(text), headers: response.headers };
}

function parse<Body>(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return {} as Body;
  }
}

export interface PostOptions {
  readonly baseUrl: string;
  /** Text is sent as it is, anything else as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function postTokens<Body = Record<string, unknown>>({
  baseUrl,
  body,
  headers,
}: PostOptions): Promise<Reply<Body>> {
  return send<Body>(`${baseUrl}${TOKENS}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** Mode A: the key in a header. */
export function createWithKey(
  { baseUrl }: Pick<World, "baseUrl">,
  environment: Environment,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Reply<Created & { readonly code?: string; readonly detail?: string }>> {
  const body = { uid: newUid(), integration_id: environment.integration_id, ...more };
  return postTokens({ baseUrl, body, headers: { "api-key": environment.api_key } });
}

/** Mode B: the body signed with the key. `signed` defaults to the body itself. */
export function createSigned(
  { baseUrl }: Pick<World, "baseUrl">,
  environment: Environment,
  request: { readonly body: string; readonly signed?: string; readonly key?: string },
): Promise<Reply<Created & { readonly code?: string }>> {
  const signature = sign(request.signed ?? request.body, request.key ?? environment.api_key);
  return postTokens({ baseUrl, body: request.body, headers: { "x-signature": signature } });
}

export function sign(text: string, key: string): string {
  return createHmac("sha512", key).update(text).digest("hex");
}

/** Creates a session or throws with the server's words. */
export async function newSession(
  world: World,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Created & { readonly uid: string }> {
  const uid = newUid();
  const reply = await createWithKey(world, world.test, { uid, ...more });
  if (reply.status !== 200) throw new Error(`No session: ${reply.status} ${reply.text}`);
  return { uid, ...reply.body };
}

/** Waits for an event of a uid and verifies both signatures, as a careful lender would. */
export async function awaitEvent(
  world: World,
  uid: string,
  options: { readonly type: string; readonly environment?: Environment; readonly timeoutMs?: number },
): Promise<{ readonly webhook: VerifiedWebhook; readonly received: Received }> {
  const received = await world.receiver.waitFor(
    (candidate) => isEvent(candidate, uid, options.type),
    options.timeoutMs,
  );
  return { received, webhook: verify(received, options.environment ?? world.test) };
}

export function verify(received: Received, environment: Environment): VerifiedWebhook {
  const { body, headers } = received;
  return verifyWebhook({ body, headers, apiKey: environment.api_key, secret: environment.webhook_secret });
}

export function isEvent(received: Pick<Received, "body">, uid: string, type: string): boolean {
  const parsed = JSON.parse(received.body) as { uid?: unknown; event?: { type?: unknown } };
  return parsed.uid === uid && parsed.event?.type === type;
}

export function eventTypes(world: World, uid: string): readonly string[] {
  return world.receiver.received
    .map(({ body }) => JSON.parse(body) as { uid: string; event: { type: string } })
    .filter((body) => body.uid === uid)
    .map((body) => body.event.type);
}
