import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import {
  resultItemSchema,
  eventsPageSchema,
  LIST_RESULTS,
  type EventItem,
  type ResultItem,
} from "@tallystick/contract";
import { afterEach, expect, it } from "vitest";

import {
  createClient,
  TallystickApiError,
  TallystickConnectionError,
  type FeedEvent,
  type ResultRecord,
} from "./index.ts";

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

it("sendSampleWebhook names the event, and throws the receiver's refusal", async () => {
  const ok = { webhook_receiver_status_code: 200, detail: "fine" };
  const { baseUrl, seen } = await serve(json(200, ok));
  expect(await createClient({ baseUrl, apiKey: "k" }).sendSampleWebhook("application.expired")).toEqual(ok);
  expect(seen[0]).toMatchObject({ url: "/v1/webhooks-management/sample", body: '{"type":"application.expired"}' });
  expect(seen[0]?.headers).toMatchObject({ "api-key": "k", "content-type": "application/json" });
  server?.close();
  const second = await serve(json(422, { detail: { webhook_receiver_status_code: 500 } }));
  const client = createClient({ baseUrl: second.baseUrl, apiKey: "k" });
  await expect(client.sendSampleWebhook("application.complete")).rejects.toMatchObject({ status: 422 });
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

/** Answers each call with the next of these. */
function inTurn(...answers: readonly unknown[]) {
  let at = 0;
  return (response: ServerResponse): void => json(200, answers[at++])(response);
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

it("getResult asks by session id or uid, and is null when there is no such session", async () => {
  const record = { session_id: "ses_1", uid: "APP-1001", state: "completed", result: null };
  const { baseUrl, seen } = await serve(inTurn(record, { items: [record], next: null }, { items: [], next: null }));
  const client = createClient({ baseUrl, apiKey: "ts_test_1" });
  expect(await client.getResult({ session_id: "ses_1/.." })).toEqual(record);
  expect(await client.getResult({ uid: "APP-1001" })).toEqual(record);
  expect(await client.getResult({ uid: "APP-1002" })).toBeNull();
  expect(seen.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
    "GET /v1/results/ses_1%2F.. ",
    "GET /v1/results?uid=APP-1001 ",
    "GET /v1/results?uid=APP-1002 ",
  ]);
  expect(seen[0]?.headers["api-key"]).toBe("ts_test_1");
  server?.close();
  const unknown = await serve(json(404, { detail: "d", code: "session_unknown", request_id: "r" }));
  expect(await createClient({ baseUrl: unknown.baseUrl, apiKey: "k" }).getResult({ session_id: "ses_2" })).toBeNull();
  server?.close();
  const refused = await serve(json(401, { detail: "d", code: "api_key_unknown", request_id: "r" }));
  const call = createClient({ baseUrl: refused.baseUrl, apiKey: "k" }).getResult({ session_id: "ses_2" });
  await expect(call).rejects.toMatchObject({ code: "api_key_unknown" });
});

it("listResults goes through all pages, empty ones too, and asks for the next only when it is wanted", async () => {
  const { baseUrl, seen } = await serve(
    inTurn(
      { items: [{ uid: "A" }, { uid: "B" }], next: "n1" },
      { items: [], next: "n2" },
      { items: [{ uid: "C" }], next: null },
    ),
  );
  const client = createClient({ baseUrl, apiKey: "k" });
  const filter = { state: ["completed", "expired"], simulated: false, completed_from: 5 } as const;
  const results = client.listResults(filter, { pageSize: 2 })[Symbol.asyncIterator]();
  await results.next();
  await results.next();
  expect(seen).toHaveLength(1);
  expect((await results.next()).value).toEqual({ uid: "C" });
  expect((await results.next()).done).toBe(true);
  expect(seen.map(({ url }) => url)).toEqual([
    "/v1/results?state=completed%2Cexpired&simulated=false&completed_from=5&limit=2",
    "/v1/results?state=completed%2Cexpired&simulated=false&completed_from=5&limit=2&after=n1",
    "/v1/results?state=completed%2Cexpired&simulated=false&completed_from=5&limit=2&after=n2",
  ]);
});

it("events goes on from the cursor until there is no more, with the body as sent and read", async () => {
  const body = '{"uid":"APP-1001","integration_id":"i","event":{"type":"application.complete"}}';
  const first = { event_id: "evt_1", cursor: "c1", body };
  const erased = { event_id: "evt_2", cursor: "c2", body: null };
  const { baseUrl, seen } = await serve(
    inTurn({ items: [first], next: "c1", has_more: true }, { items: [erased], next: "c2", has_more: false }),
  );
  const client = createClient({ baseUrl, apiKey: "k" });
  expect(await all(client.events("c0", { types: ["application.complete", "application.expired"] }))).toEqual([
    { ...first, webhook: JSON.parse(body) as unknown },
    { ...erased, webhook: null },
  ]);
  expect(seen.map(({ url }) => url)).toEqual([
    "/v1/events?after=c0&limit=100&type=application.complete%2Capplication.expired",
    "/v1/events?after=c1&limit=100&type=application.complete%2Capplication.expired",
  ]);
});

it("reading throws as the other calls do: a refusal, a foreign answer, no key", async () => {
  const { baseUrl } = await serve(json(422, { detail: "after: …", code: "cursor_invalid", request_id: "r" }));
  const client = createClient({ baseUrl, apiKey: "k" });
  await expect(all(client.events("bad"))).rejects.toMatchObject({ status: 422, code: "cursor_invalid" });
  server?.close();
  const foreign = await serve(json(200, { hello: "world" }));
  const other = createClient({ baseUrl: foreign.baseUrl, apiKey: "k" });
  await expect(all(other.events(null))).rejects.toMatchObject({ name: "TallystickApiError", code: "unknown" });
  await expect(all(other.listResults())).rejects.toMatchObject({ code: "unknown" });
  await expect(other.getResult({ session_id: "s" })).rejects.toMatchObject({ code: "unknown" });
  const signing = createClient({ baseUrl, signingKey: "k" });
  await expect(signing.getResult({ uid: "APP-1001" })).rejects.toThrow("getResult needs a client with an apiKey");
  await expect(all(signing.events(null))).rejects.toThrow("events needs a client with an apiKey");
});

it("what reading returns has the contract's types, so that a change of one is seen in the other", () => {
  const result = (item: ResultItem): ResultRecord => item;
  const event = (item: EventItem): Omit<FeedEvent, "webhook"> => item;
  const [{ example }] = LIST_RESULTS.answers;
  expect(result(resultItemSchema.parse(example.items[0]))).toEqual(example.items[0]);
  expect(eventsPageSchema.parse({ items: [], next: "c", has_more: false }).items.map(event)).toEqual([]);
});
