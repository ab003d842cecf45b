import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, expect, it } from "vitest";

import { createClient, TallystickApiError, TallystickConnectionError } from "./index.ts";

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
let server: Server | null = null;

async function serve(answer: (response: ServerResponse) => void): Promise<{ baseUrl: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}`, seen };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = null;
});

const REQUEST = { uid: "APP-1001", integration_id: "0123456789abcdef01234567" };
const CREATED = { access_token: "a.b.c", url: "u", session_id: "s", expires_at: 1, link: "l", warnings: [] };

it("createSession sends the key and the body as documented, and returns the answer", async () => {
  const { baseUrl, seen } = await serve(json(200, CREATED));
  const client = createClient({ baseUrl: `${baseUrl}/`, apiKey: "ts_test_1" });
  expect(await client.createSession(REQUEST, { idempotencyKey: "order-7" })).toEqual(CREATED);
  expect(seen[0]).toMatchObject({
    method: "POST",
    url: "/v1/sessions-management/tokens",
    body: JSON.stringify(REQUEST),
  });
  expect(seen[0]?.headers).toMatchObject({
    "api-key": "ts_test_1",
    "content-type": "application/json",
    "idempotency-key": "order-7",
  });
  expect(seen[0]?.headers["x-signature"]).toBeUndefined();
});

it("with a signing key the key stays at home and the raw body is signed", async () => {
  const { baseUrl, seen } = await serve(json(200, CREATED));
  await createClient({ baseUrl, signingKey: "ts_test_1" }).createSession(REQUEST);
  const body = seen[0]?.body ?? "";
  expect(seen[0]?.headers["api-key"]).toBeUndefined();
  expect(seen[0]?.headers["x-signature"]).toBe(createHmac("sha512", "ts_test_1").update(body).digest("hex"));
});

it("a refusal carries status, code, detail, request id and the time to wait", async () => {
  const refusal = { detail: "Too many requests", code: "rate_limited", request_id: "req_1" };
  const { baseUrl } = await serve(json(429, refusal, { "retry-after": "3" }));
  const error: unknown = await createClient({ baseUrl, apiKey: "k" })
    .createSession(REQUEST)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TallystickApiError);
  expect(error).toMatchObject({ status: 429, code: "rate_limited", requestId: "req_1", retryAfterSeconds: 3 });
  expect(error).toMatchObject({ detail: "Too many requests", body: refusal });
});

it("an answer that is not the server's own is an error, also with status 200 or a redirect", async () => {
  const answers = [
    json(200, { hello: "world" }),
    (response: ServerResponse) => void response.writeHead(502).end("<html>bad gateway</html>"),
    (response: ServerResponse) => void response.writeHead(302, { location: "/elsewhere" }).end(),
  ];
  for (const answer of answers) {
    const { baseUrl, seen } = await serve(answer);
    const error: unknown = await createClient({ baseUrl, apiKey: "k" })
      .createSession(REQUEST)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "TallystickApiError", code: "unknown" });
    expect(seen).toHaveLength(1);
    server?.close();
  }
});

it("no answer in time, and no server at all, are connection errors without the key in them", async () => {
  const { baseUrl } = await serve(() => undefined);
  const silent = createClient({ baseUrl, apiKey: "ts_secret", timeoutMs: 50 });
  const absent = createClient({ baseUrl: "http://127.0.0.1:1", apiKey: "ts_secret" });
  for (const client of [silent, absent]) {
    const error: unknown = await client.createSession(REQUEST).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TallystickConnectionError);
    expect(String(error)).not.toContain("ts_secret");
  }
});

it("the test call returns the receiver's status, or throws with the receiver's answer", async () => {
  const ok = { webhook_receiver_status_code: 200, detail: "fine" };
  const { baseUrl, seen } = await serve(json(200, ok));
  expect(await createClient({ baseUrl, apiKey: "k" }).sendTestWebhook()).toEqual(ok);
  expect(seen[0]).toMatchObject({ method: "POST", url: "/v1/webhooks-management/test", body: "" });
  server?.close();
  const refused = { detail: { webhook_receiver_status_code: 403, webhook_receiver_body_content: "no" } };
  const second = await serve(json(422, refused));
  const error: unknown = await createClient({ baseUrl: second.baseUrl, apiKey: "k" })
    .sendTestWebhook()
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ status: 422, body: refused });
});

it("status, reopen and cancel name the session in the body, never in the address", async () => {
  const session = { session_id: "ses_1", uid: "APP-1001", state: "created", run: 2 };
  const { baseUrl, seen } = await serve(json(200, session));
  const client = createClient({ baseUrl, apiKey: "ts_test_1" });
  expect(await client.status({ uid: "APP-1001" })).toEqual(session);
  expect(await client.reopen({ session_id: "ses_1" })).toEqual(session);
  expect(await client.cancel({ uid: "APP-1001" })).toEqual(session);
  expect(seen.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
    'POST /v1/sessions-management/status {"uid":"APP-1001"}',
    'POST /v1/sessions-management/reopen {"session_id":"ses_1"}',
    'POST /v1/sessions-management/cancel {"uid":"APP-1001"}',
  ]);
  for (const { headers } of seen) expect(headers["api-key"]).toBe("ts_test_1");
});

it("a refusal to re-open is thrown with its code and the state", async () => {
  const { baseUrl } = await serve(json(409, { detail: "d", code: "session_not_reopenable", state: "completed" }));
  const client = createClient({ baseUrl, apiKey: "ts_test_1" });
  await expect(client.reopen({ uid: "APP-1001" })).rejects.toMatchObject({
    code: "session_not_reopenable",
    body: { state: "completed" },
  });
  const signing = createClient({ baseUrl, signingKey: "ts_test_1" });
  await expect(signing.reopen({ uid: "APP-1001" })).rejects.toThrow("reopen needs a client with an apiKey");
});
