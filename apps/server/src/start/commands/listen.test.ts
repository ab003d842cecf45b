import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { verifyWebhook } from "@tallystick/client";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { eventually, type Receiver, startReceiver, status } from "../../features/webhooks/testing/receiver.ts";
import { runCommand } from "../command.ts";
import { listenCommand } from "./listen.ts";

/** The command against a small server that speaks `GET /v1/events`, and a real receiver. */

const KEY = `ts_test_${"k".repeat(43)}`;
const SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
const PAGE = 3;

interface Event {
  readonly event_id: string;
  readonly cursor: string;
  readonly type: string;
  readonly created_at: number;
  readonly session_id: string;
  readonly body: string | null;
}

let api: Server;
let base: string;
let events: Event[];
/** Statuses that the next requests get instead of an answer; 0: the connection is cut. */
let troubles: number[];
let asked: (string | null)[];
let receiver: Receiver;
let stops: AbortController[];

function happen(type = "application.expired", uid = `APP-${events.length}`): Event {
  const details = {
    application_started_at: null,
    application_expired_at: 1_790_000_000,
    metadata: { name: "São \u{1F33B}" },
  };
  const body = JSON.stringify({ uid, integration_id: "0123456789abcdef01234567", event: { type, details } });
  const number = events.length + 1;
  const event = {
    event_id: `evt_${number}`,
    cursor: `c${number}`,
    type,
    created_at: Date.parse("2026-11-27T10:00:00.000Z") / 1000,
    session_id: `ses_${number}`,
    body,
  };
  events.push(event);
  return event;
}

beforeEach(async () => {
  [events, troubles, asked, stops] = [[], [], [], []];
  api = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://api");
    const trouble = troubles.shift();
    if (trouble === 0) return void request.socket.destroy();
    const answer = (code: number, body: unknown): void =>
      void response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (trouble !== undefined) return answer(trouble, { code: "unavailable", detail: "Not now." });
    if (url.pathname !== "/v1/events") return answer(404, { code: "not_found", detail: "Nothing is here." });
    if (request.headers["api-key"] !== KEY) return answer(403, { code: "api_key_invalid", detail: "Wrong key." });
    const after = url.searchParams.get("after");
    asked.push(after);
    const from = after === null ? 0 : events.findIndex(({ cursor }) => cursor === after) + 1;
    const page = events.slice(from, from + PAGE);
    answer(200, { items: page, next: page.at(-1)?.cursor ?? after ?? "c0", has_more: false });
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  receiver = await startReceiver();
});
afterEach(async () => {
  for (const stop of stops) stop.abort();
  await receiver.close();
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
});

function listen(...argv: string[]) {
  const stop = new AbortController();
  stops.push(stop);
  const seen = { out: "", note: "" };
  const code = runCommand(listenCommand, ["--server", base, "--api-key", KEY, ...argv], {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: () => Promise.reject(new Error("a database was opened")),
    openStop: () => stop.signal,
  });
  return {
    seen,
    lines: () =>
      seen.out.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>])),
    ready: () => eventually("ready", () => seen.note.includes("Listening to")),
    end: async () => {
      stop.abort();
      return code;
    },
    code,
  };
}

describe("listen", () => {
  it("passes over what was, shows what comes, and ends cleanly", async () => {
    for (let index = 0; index < 7; index++) happen();
    const run = listen();
    await run.ready();
    expect(run.seen.note).toBe(`Listening to ${base}, after 7 earlier events. Ctrl-C ends it.\n`);
    expect(asked.slice(0, 4)).toEqual([null, "c3", "c6", "c7"]);
    happen("application.complete", "APP-NEW");
    await eventually("the event", () => run.seen.out.includes("APP-NEW"));
    expect(await run.end()).toBe(0);
    expect(run.seen.out).toMatch(
      /^2026-11-27T10:00:00.000Z {2}application.complete {2}evt_8 {2}APP-NEW\n\{\n {2}"uid"/,
    );
    expect(run.seen.out).toMatch(/\n1 event\.\n$/);
    expect(run.seen.out).not.toContain("evt_7");
  });

  it("forwards the same bytes, freshly signed so that client and standardwebhooks verify", async () => {
    for (let index = 0; index < 4; index++) happen();
    const run = listen("--from-start", "--forward", receiver.url, "--webhook-secret", SECRET);
    // Not when the receiver has got them: its answer to the last is still on its way.
    await eventually("four answers", () => run.seen.out.split(", accepted\n").length === 5);
    expect(await run.end()).toBe(0);
    for (const [index, got] of receiver.received.entries()) {
      const { body } = events[index] ?? {};
      expect(got.body.toString()).toBe(body);
      const verified = verifyWebhook({ body: got.body, headers: got.headers, apiKey: KEY, secret: SECRET });
      expect(verified).toMatchObject({ id: `evt_${index + 1}`, uid: `APP-${index}` });
      expect(new Webhook(SECRET).verify(got.body.toString(), got.headers as Record<string, string>)).toBeTruthy();
    }
    expect(run.seen.out).toMatch(/→ 200 after \d+ ms, accepted\n/);
    expect(run.seen.out).toMatch(/4 events, 4 accepted by the receiver\.\n$/);
  });

  it("shows an event whose content was erased, and hands nothing on", async () => {
    events.push({ ...happen(), body: null });
    events.shift();
    const run = listen("--from-start", "--forward", receiver.url);
    await eventually("it", () => run.seen.out.includes("Its content was erased."));
    expect(await run.end()).toBe(0);
    expect(run.seen.out).toMatch(/1 event, 0 accepted by the receiver\.\n$/);
    expect(receiver.received).toEqual([]);
  });

  it("without a webhook secret sends X-Signature and no signature that nobody could check", async () => {
    happen();
    const run = listen("--from-start", "--forward", receiver.url);
    const got = await eventually("it", () => receiver.received[0]);
    await run.end();
    expect(got.headers).not.toHaveProperty("webhook-signature");
    expect(verifyWebhook({ body: got.body, headers: got.headers, apiKey: KEY }).uid).toBe("APP-0");
  });

  it("--json prints a line for each event, with the receiver's answer", async () => {
    receiver.answer(status(418));
    const { body } = happen();
    const run = listen("--from-start", "--json", "--forward", receiver.url);
    await eventually("the line", () => run.lines().length === 1);
    expect(await run.end()).toBe(0);
    expect(run.lines()).toEqual([
      {
        event_id: "evt_1",
        type: "application.expired",
        created_at: Date.parse("2026-11-27T10:00:00.000Z") / 1000,
        session_id: "ses_1",
        body,
        verified: true,
        reason: null,
        forwarded: { status: 418, duration_ms: expect.any(Number) },
      },
      { ended: true, events: 1, accepted: 0 },
    ]);
  });

  it("--types leaves the others out", async () => {
    happen("application.complete");
    happen("application.expired");
    happen("application.cancelled");
    const run = listen("--from-start", "--json", "--types", "application.complete,application.cancelled");
    await eventually("two", () => run.lines().length === 2);
    await run.end();
    expect(run.lines().map(({ event_id }) => event_id)).toEqual(["evt_1", "evt_3", undefined]);
  });

  it("tells when a body is none of a webhook, or of another type than the list says, and goes on", async () => {
    events.push({ ...happen(), event_id: "evt_odd", cursor: "c2", body: "{}" });
    events.push({ ...happen(), event_id: "evt_other", cursor: "c4", type: "application.complete" });
    const run = listen("--from-start", "--json");
    await eventually("all", () => run.lines().length === 4);
    await run.end();
    const odd = run.lines().filter(({ verified }) => verified === false);
    expect(odd.map(({ event_id }) => event_id)).toEqual(["evt_odd", "evt_other"]);
    expect(odd[1]?.["reason"]).toBe("the body says application.expired, the list application.complete");
  });
});

describe("listen goes on", () => {
  it("when the server fails, hangs up or limits, and misses nothing", { timeout: 30_000 }, async () => {
    happen();
    const run = listen("--from-start", "--json");
    await eventually("the first", () => run.lines().length === 1);
    troubles.push(503, 0, 429);
    happen();
    happen();
    await eventually("the others", () => run.lines().length === 3);
    expect(await run.end()).toBe(0);
    expect(run.lines().map(({ event_id }) => event_id)).toEqual(["evt_1", "evt_2", "evt_3", undefined]);
    expect(run.seen.note).toContain("unavailable: Not now. Trying again in 1 s.\n");
    expect(run.seen.note).toMatch(/No answer from 127\.0\.0\.1:\d+\. Trying again in 2 s\.\n/);
  });

  it("when the receiver is away, refuses or hangs up", async () => {
    const { port } = new URL(receiver.url);
    await receiver.close();
    happen();
    const run = listen("--from-start", "--json", "--forward", `http://127.0.0.1:${port}/hook`);
    await eventually("the first", () => run.lines().length === 1);
    expect(run.lines()[0]).toMatchObject({
      forwarded: { status: null, error: expect.stringContaining("ECONNREFUSED") },
    });
    receiver = await startReceiver((response) => response.destroy(), Number(port));
    happen();
    await eventually("the second", () => run.lines().length === 2);
    receiver.answer(status(302, { location: base }));
    happen();
    await eventually("the third", () => run.lines().length === 3);
    expect(await run.end()).toBe(0);
    expect(run.lines()[2]).toMatchObject({ forwarded: { status: 302 } });
  });

  it("but not with a key that the server does not know", async () => {
    const run = listen("--api-key", `ts_test_${"x".repeat(43)}`);
    expect(await run.code).toBe(1);
    expect(run.seen.note).toBe("api_key_invalid: Wrong key.\n");
  });

  it("ends while it waits", async () => {
    troubles.push(503, 503, 503, 503, 503);
    const run = listen();
    await eventually("the wait", () => run.seen.note.includes("Trying again"));
    expect(await run.end()).toBe(0);
  });
});

describe("listen refuses", () => {
  it.each([
    [["--api-key", "ts_live_abc"], "A Production key is not taken"],
    [["--api-key", "abc"], "--api-key must be a Test key, ts_test_…"],
    [["--server", "assess.lender.example"], "--server must be an http or https URL"],
    [["--server", "https://a:b@assess.lender.example"], "--server must not contain credentials"],
    [["--forward", "ftp://localhost/"], "--forward must be an http or https URL"],
    [["--webhook-secret", "whsec_"], "--webhook-secret must be the whsec_… secret"],
    [
      ["--types", "application.completed"],
      "There is no event application.completed; did you mean application.complete?",
    ],
  ])("%j, before a request is made", async (argv, reason) => {
    const run = listen(...argv);
    expect(await run.code).toBe(2);
    expect(run.seen.note).toContain(reason);
    expect(asked).toEqual([]);
  });
});
