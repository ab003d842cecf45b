import { describe, expect, test } from "vitest";
import { createClient, JOURNEY_HEADER } from "./client.ts";

interface Seen {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function clientWith(
  answer: (seen: Seen) => Response | Error,
  options: { token?: string; cookieRefused?: boolean } = {},
) {
  const seen: Seen[] = [];
  const call = createClient({
    journeyApi: "/play/ses_1/",
    token: options.token ?? null,
    cookieRefused: options.cookieRefused ?? false,
    fetch: (url, init) => {
      const headers = Object.fromEntries(new Headers(init?.headers));
      const body = typeof init?.body === "string" ? init.body : "";
      const entry = { url: typeof url === "string" ? url : "", headers, body };
      seen.push(entry);
      const given = answer(entry);
      return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
    },
  });
  return { call, seen };
}

describe("an answer", () => {
  test("200 gives its JSON, 204 nothing", async () => {
    const { call } = clientWith(({ url }) =>
      url.endsWith("note") ? new Response(null, { status: 204 }) : Response.json({ run: 1 }),
    );
    expect(await call("open", "{}")).toEqual({ ok: true, value: { run: 1 } });
    expect(await call("note", "{}")).toEqual({ ok: true, value: null });
  });

  test("a refusal gives its code and what stands beside it", async () => {
    const { call } = clientWith(() => Response.json({ code: "batch_gap", expected_seq: 3 }, { status: 409 }));
    expect(await call("batches", "{}")).toEqual({
      ok: false,
      failure: { kind: "refused", code: "batch_gap", extra: { expected_seq: 3 } },
    });
  });

  test("429 and 5xx are busy, with Retry-After up to a minute", async () => {
    const { call } = clientWith(({ url }) =>
      url.endsWith("open")
        ? new Response("", { status: 503 })
        : new Response("", { status: 429, headers: { "retry-after": "3600" } }),
    );
    expect(await call("open", "{}")).toEqual({ ok: false, failure: { kind: "busy", retryAfterMs: null } });
    expect(await call("stop", "{}")).toEqual({ ok: false, failure: { kind: "busy", retryAfterMs: 60_000 } });
  });

  test("no network, and a sign-in page of a public Wi-Fi, are both 'away'", async () => {
    const away = { ok: false, failure: { kind: "away" } };
    expect(await clientWith(() => new TypeError("network")).call("open", "{}")).toEqual(away);
    expect(await clientWith(() => new Response("<html>Welcome to the café")).call("open", "{}")).toEqual(away);
  });
});

describe("the proof", () => {
  test("is the cookie alone while the cookie works, although a token is known", async () => {
    const { call, seen } = clientWith(() => Response.json({}), { token: "t" });
    await call("open", "{}");
    expect(seen.map(({ headers }) => headers[JOURNEY_HEADER])).toEqual([undefined]);
  });

  test("is the token from the first call on where the cookie was refused", async () => {
    const { call, seen } = clientWith(() => Response.json({}), { token: "t", cookieRefused: true });
    await call("open", "{}");
    expect(seen.map(({ headers }) => headers[JOURNEY_HEADER])).toEqual(["t"]);
  });

  test("becomes the token for good when the cookie is gone, with the same bytes sent again", async () => {
    const { call, seen } = clientWith(
      ({ headers }) =>
        headers[JOURNEY_HEADER] === "t"
          ? Response.json({})
          : Response.json({ code: "journey_unknown" }, { status: 404 }),
      { token: "t" },
    );
    expect(await call("batches", '{"seq":0}')).toEqual({ ok: true, value: {} });
    await call("batches", '{"seq":1}');
    expect(seen.map(({ body, headers }) => [body, headers[JOURNEY_HEADER]])).toEqual([
      ['{"seq":0}', undefined],
      ['{"seq":0}', "t"],
      ['{"seq":1}', "t"],
    ]);
  });
});
