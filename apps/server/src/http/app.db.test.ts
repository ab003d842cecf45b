import { connect } from "node:net";
import type { AddressInfo } from "node:net";

import { ERRORS, errorResponseSchema } from "@tallystick/contract";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { postTokens, testLender, TOKENS_PATH, type TestLender } from "../testing/lender.ts";

const lines: string[] = [];
let lender: TestLender;
let port: number;

beforeAll(async () => {
  const log = pino({ level: "trace" }, { write: (line) => void lines.push(line) });
  lender = await testLender({ deps: { log }, config: { publicUrl: "https://play.lender.example" } });
  await lender.app.listen({ host: "127.0.0.1", port: 0 });
  port = (lender.app.server.address() as AddressInfo).port;
});

afterAll(() => lender.close());

/** Writes raw bytes and reads until the server closes. */
function raw(bytes: string | readonly string[]): Promise<{ status: number; body: string; head: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      for (const part of [bytes].flat()) socket.write(part, "latin1");
    });
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    socket.on("error", reject).on("close", () => {
      const [head = "", body = ""] = text.split("\r\n\r\n");
      resolve({ status: Number(head.split(" ")[1]), head, body });
    });
  });
}

function expectError(answer: { status: number; body: string }, code: keyof typeof ERRORS): void {
  expect(answer.status).toBe(ERRORS[code].status);
  expect(errorResponseSchema.strict().parse(JSON.parse(answer.body)).code).toBe(code);
}

describe("what is not a request of ours", () => {
  const secret = "eyJhbGciOiJIUzI1NiJ9";

  test.each([
    ["GET", `/nothing/${secret}`, 404, "not_found"],
    ["POST", `/nothing/${secret}`, 404, "not_found"],
    ["GET", `/nothing?token=${secret}`, 404, "not_found"],
    ["GET", `/play/ses_x/nothing/${secret}`, 404, "not_found"],
    ["GET", `/${"a".repeat(3000)}.${secret}.b`, 404, undefined],
    ["GET", `/%zz${secret}`, 400, "request_malformed"],
    ["GET", TOKENS_PATH, 405, "method_not_allowed"],
    ["DELETE", TOKENS_PATH, 405, "method_not_allowed"],
    ["PUT", "/healthz", 405, "method_not_allowed"],
    ["OPTIONS", TOKENS_PATH, 405, "method_not_allowed"],
    ["PROPFIND", "/healthz", 405, "method_not_allowed"],
    ["TRACE", "/healthz", 405, "method_not_allowed"],
  ])("%s %s answers %s without repeating the address", async (method, url, status, code) => {
    const answer = await raw(`${method} ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer.status).toBe(status);
    if (code !== undefined) expectError(answer, code as keyof typeof ERRORS);
    expect(answer.body + answer.head).not.toContain(secret);
  });

  test("405 names the methods in Allow", async () => {
    const answer = await lender.app.inject({ method: "GET", url: TOKENS_PATH });
    expect(answer.headers["allow"]).toBe("POST");
    expect(answer.json().detail).toBe("This address answers POST.");
  });

  test("a person's browser gets a page instead of JSON", async () => {
    const answer = await lender.app.inject({ url: `/nothing/${secret}`, headers: { accept: "text/html,*/*;q=0.8" } });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    expect(answer.body).not.toContain(secret);
  });

  test("a link that was cut anywhere leads a person to one page in their language, the same bytes as an unknown link", async () => {
    const read = (url: string) =>
      lender.app.inject({ url, headers: { accept: "text/html", "accept-language": "es-MX" } });
    const unknown = await read("/a/0000000000aa");
    expect(unknown.body).toContain("Este enlace no es válido");
    expect(unknown.body).toContain("comprueba que lo abres entero");
    const cut = [
      "/eyJhbGciOiJIUzI1NiJ9",
      "/eyJhbGciOiJIUzI1NiJ9.eyJ1",
      "/psychometrics",
      "/psychometrics/",
      "/a",
      "/a/",
      "/a/x/y",
    ];
    const broken = ["/a/abc%", "/a/%E2%80", `/${"e".repeat(2100)}.a.b`, `/psychometrics/${"e".repeat(2100)}`];
    for (const url of [...cut, ...broken]) {
      const answer = await read(url);
      expect([url.slice(0, 30), answer.statusCode]).toEqual([url.slice(0, 30), 404]);
      expect(answer.body).toBe(unknown.body);
    }
  });

  test("an unknown address is refused before its body is read", async () => {
    const answer = await lender.app.inject({
      method: "POST",
      url: "/nothing",
      payload: "x".repeat(1_000_000),
      headers: { "content-type": "text/plain" },
    });
    expect(answer.json().code).toBe("not_found");
  });

  test.each([
    ["garbage", "request_malformed"],
    [`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${"x".repeat(20_000)}\r\n\r\n`, "headers_too_large"],
    [
      "POST /v1/sessions-management/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: nonsense\r\n\r\n",
      "request_malformed",
    ],
    [
      "POST /v1/sessions-management/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "request_malformed",
    ],
  ] as const)("%j answers %s", async (bytes, code) => {
    expectError(await raw(bytes.endsWith("\r\n\r\n") ? bytes : `${bytes}\r\n\r\n`), code);
  });

  test("a body in chunks beyond the limit is cut off", async () => {
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    const head = `POST ${TOKENS_PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expectError(await raw([head, chunk, chunk, "0\r\n\r\n"]), "payload_too_large");
  });
});

describe("every answer", () => {
  test.each([
    ["GET", "/healthz"],
    ["GET", "/nothing"],
    ["POST", TOKENS_PATH],
    ["GET", "/docs"],
  ] as const)("of %s %s carries the security headers and a request id", async (method, url) => {
    const { headers } = await lender.app.inject({ method, url });
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(headers).toMatchObject({
      ...(!url.startsWith("/v1/") && { "referrer-policy": "no-referrer" }),
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "strict-transport-security": "max-age=31536000",
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(headers["x-powered-by"]).toBeUndefined();
  });

  test("an error's request_id is the one of the header, and a caller can not choose it", async () => {
    const answer = await lender.app.inject({
      url: "/nothing",
      headers: { "x-request-id": "mine", "request-id": "mine" },
    });
    expect(answer.json().request_id).toBe(answer.headers["x-request-id"]);
    expect(answer.json().request_id).not.toBe("mine");
  });
});

describe("the log", () => {
  test("names route patterns and never a key, token, uid, body or address", async () => {
    lines.length = 0;
    const { apiKey, integrationId } = lender.deployment.test;
    const created = await postTokens(
      lender.app,
      { uid: "LOGGED-UID-1", integration_id: integrationId, metadata: { note: "payload-text" } },
      { headers: { "api-key": apiKey } },
    );
    const token = created.json().access_token as string;
    await postTokens(lender.app, null, { raw: '{"uid": "LOGGED-UID-1", broken', headers: { "api-key": apiKey } });
    await postTokens(
      lender.app,
      { uid: "LOGGED UID 1", integration_id: integrationId },
      { headers: { "api-key": apiKey } },
    );
    for (const url of [
      `/nothing/${token}?uid=LOGGED-UID-1`,
      `/${token}`,
      `/psychometrics/${token}`,
      `/%zz/${token}`,
      `/a/${token}`,
    ]) {
      await lender.app.inject({ url, headers: { cookie: `x=${token}`, authorization: token } });
    }
    await raw(`GET /${token} HTTP/9.9\r\nHost: x\r\napi-key: ${apiKey}\r\n\r\n`);
    const log = lines.join("");
    expect(log).toContain('"route":"/v1/sessions-management/tokens"');
    expect(log).toContain('"route":"unmatched"');
    const secrets = [
      apiKey,
      apiKey.slice(8),
      token,
      token.split(".")[2]!,
      "LOGGED-UID-1",
      "LOGGED UID 1",
      "payload-text",
    ];
    for (const secret of secrets) {
      expect(log).not.toContain(secret);
      expect(log).not.toContain(Buffer.from(secret).toString("base64").slice(0, -3));
      expect(log).not.toContain(encodeURIComponent(secret).replaceAll("-", "%2D"));
    }
  });
});

describe("health and metrics", () => {
  test("healthz and readyz answer 200 while the database is there", async () => {
    expect((await lender.app.inject({ url: "/healthz" })).json()).toEqual({ status: "ok" });
    expect((await lender.app.inject({ url: "/readyz" })).json()).toEqual({ status: "ready" });
  });

  test("metrics are for loopback alone while no token is set", async () => {
    const local = await lender.app.inject({ url: "/metrics", remoteAddress: "127.0.0.1" });
    expect(local.body.includes('tallystick_http_request_duration_seconds_count{method="GET",route="unmatched"')).toBe(
      true,
    );
    expect((await lender.app.inject({ url: "/metrics", remoteAddress: "::ffff:127.0.0.1" })).statusCode).toBe(200);
    for (const remoteAddress of ["10.0.0.7", "::ffff:10.0.0.7", "2001:db8::1"]) {
      const remote = await lender.app.inject({
        url: "/metrics",
        remoteAddress,
        headers: { "x-forwarded-for": "127.0.0.1" },
      });
      expect(remote.statusCode).toBe(404);
    }
  });
});

describe("with a metrics token", () => {
  test("only the token opens, from anywhere", async () => {
    const guarded = await testLender({ config: { metricsToken: "a-long-metrics-token" } });
    const status = async (authorization?: string) =>
      (
        await guarded.app.inject({
          url: "/metrics",
          remoteAddress: "10.0.0.7",
          headers: authorization === undefined ? {} : { authorization },
        })
      ).statusCode;
    expect(await status()).toBe(404);
    expect(await status("Bearer wrong")).toBe(404);
    expect(await status("Bearer a-long-metrics-token")).toBe(200);
    expect((await guarded.app.inject({ url: "/metrics", remoteAddress: "127.0.0.1" })).statusCode).toBe(404);
    await guarded.close();
  });
});

describe("while the database is away", () => {
  test("requests are answered 503 with Retry-After, healthz stays, readyz tells", async () => {
    const lonely = await testLender();
    await lonely.deps.db.close();
    const { apiKey, integrationId } = lonely.deployment.test;
    const answer = await postTokens(
      lonely.app,
      { uid: "APP-1001", integration_id: integrationId },
      { headers: { "api-key": apiKey } },
    );
    expect([answer.statusCode, answer.json().code]).toEqual([503, "unavailable"]);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect((await lonely.app.inject({ url: "/readyz" })).statusCode).toBe(503);
    expect((await lonely.app.inject({ url: "/healthz" })).statusCode).toBe(200);
    await lonely.app.close();
  });
});

describe("something unforeseen", () => {
  test("is internal_error without its text, and the log has its place", async () => {
    lines.length = 0;
    const broken = {
      ...lender.deps,
      ids: {
        ...lender.deps.ids,
        make: () => {
          throw new Error("inner secret");
        },
      },
    };
    const { buildApp } = await import("./app.ts");
    const app = buildApp(broken);
    const { apiKey, integrationId } = lender.deployment.test;
    const answer = await postTokens(
      app,
      { uid: "APP-9001", integration_id: integrationId },
      { headers: { "api-key": apiKey } },
    );
    expect([answer.statusCode, answer.json().code]).toEqual([500, "internal_error"]);
    expect(answer.body).not.toMatch(/inner secret|at .*\.ts/);
    expect(lines.join("")).toContain(answer.json().request_id as string);
    await app.close();
  });
});
