import { expect, test } from "vitest";

import { createLogger } from "./logger.ts";

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ logLevel: "trace" }, { write: (line: string) => void lines.push(line) }));
  return lines.join("");
}

test("members that hold secrets or people's data are removed at any of the first three levels", () => {
  const text = logged((log) => {
    for (const name of [
      "uid",
      "token",
      "access_token",
      "api_key",
      "secret",
      "body",
      "url",
      "cookie",
      "authorization",
    ]) {
      log.info({ [name]: "LEAK", a: { [name]: "LEAK", b: { [name]: "LEAK" } } }, "line");
    }
    log.info({ headers: { "api-key": "LEAK", "x-signature": "LEAK" } }, "line");
  });
  expect(text).toContain("line");
  expect(text).not.toContain("LEAK");
});

test("a request is reduced to its id, method and route pattern", () => {
  // Like Fastify's requests, no plain object: those are looked through member by member instead.
  class Request {
    readonly id = "r1";
    readonly method = "GET";
    readonly url = "/LEAK";
    readonly raw = { url: "/LEAK" };
    readonly headers = { "api-key": "LEAK" };
    readonly routeOptions = { url: "/a/:code" };
  }
  const req = new Request();
  const text = logged((log) => log.info({ req }, "request"));
  expect(JSON.parse(text)).toMatchObject({ level: "info", req: { id: "r1", method: "GET", route: "/a/:code" } });
  expect(text).not.toContain("LEAK");
});

test("a database failure is told by code and constraint, never by its message, which quotes values", () => {
  const error = Object.assign(new Error('invalid input syntax for type integer: "LEAK"'), {
    severity: "ERROR",
    code: "23505",
    constraint: "sessions_pkey",
    detail: "Key (uid)=(LEAK) already exists",
  });
  const text = logged((log) => log.error({ err: new Error("outer", { cause: error }) }, "failed"));
  expect(text).not.toContain("LEAK");
  const line = JSON.parse(text) as { err: { stack: string } };
  expect(line).toMatchObject({ err: { message: "outer", cause: { code: "23505", constraint: "sessions_pkey" } } });
  expect(line.err.stack).toContain("logger.test.ts");
});

test("a text that could not be read as JSON is not repeated", () => {
  const text = logged((log) => {
    try {
      JSON.parse("LEAK");
    } catch (error) {
      log.warn({ err: error }, "failed");
    }
  });
  expect(text).toContain("SyntaxError");
  expect(text).not.toContain("LEAK");
});

test("what is thrown without being an error says only its kind", () => {
  expect(logged((log) => log.error({ err: "LEAK" }, "failed"))).not.toContain("LEAK");
});
