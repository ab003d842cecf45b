import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createEgress, type Egress } from "../../infra/egress.ts";
import { askAddress } from "./ask-address.ts";

let egress: Egress;
let server: Server;
let origin: string;
let asked: string[];
let answer: RequestListener;

beforeEach(async () => {
  egress = createEgress({ egressAllow: [], allowLoopbackWebhooks: true });
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await egress.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(code, headers).end();

test("a page that is there is asked by HEAD alone, so that asking never does the page's work", async () => {
  answer = status(200);
  expect(await askAddress(egress, `${origin}/done?x=1`)).toEqual({ answer: "answered with 200", problem: null });
  expect(asked).toEqual(["HEAD /done?x=1"]);
});

test("a server that does not know HEAD is asked again by GET", async () => {
  answer = (request, response) => void response.writeHead(request.method === "GET" ? 200 : 501).end("page");
  expect((await askAddress(egress, `${origin}/`)).problem).toBeNull();
  expect(asked).toEqual(["HEAD /", "GET /"]);
});

test.each([404, 410, 500, 503])("an address that answers %i leads nowhere", async (code) => {
  answer = status(code);
  expect((await askAddress(egress, `${origin}/`)).problem).toBe(`answered with ${code}`);
});

test.each([401, 403, 405, 429])("%i is an answer to strangers, and said to be no proof", async (code) => {
  answer = status(code);
  const found = await askAddress(egress, `${origin}/`);
  expect(found.problem).toBeNull();
  expect(found.answer).toContain("open it on a phone");
});

test("up to three redirects are followed, each to an address that is asked itself", async () => {
  answer = (request, response) => {
    const at = Number(request.url?.slice(1));
    response.writeHead(at < 3 ? 302 : 200, at < 3 ? { location: `/${at + 1}` } : {}).end();
  };
  expect(await askAddress(egress, `${origin}/0`)).toEqual({
    answer: "answered with 200 after 3 redirects",
    problem: null,
  });
});

test("a circle of redirects is a problem, not an endless walk", async () => {
  answer = status(302, { location: "/again" });
  expect((await askAddress(egress, `${origin}/`)).problem).toContain("redirects more than 3 times");
  expect(asked).toHaveLength(4);
});

test("a redirect into an app's own scheme is where a phone goes on", async () => {
  answer = status(302, { location: "lenderapp://done" });
  expect((await askAddress(egress, `${origin}/`)).problem).toBeNull();
});

test.each(["http://169.254.169.254/latest/meta-data", "http://10.0.0.1/"])(
  "a redirect to %s meets the same guard as the address itself",
  async (location) => {
    answer = status(302, { location });
    expect((await askAddress(egress, `${origin}/`)).problem).toBe(
      "could not be reached from this server after a redirect",
    );
  },
);

test("a port where nobody listens and a name that does not exist have one text", async () => {
  const closed = origin;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  for (const url of [`${closed}/`, "http://host.invalid/"]) {
    expect((await askAddress(egress, url)).problem).toBe("could not be reached from this server");
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

test("a server that says nothing is given up on", async () => {
  answer = () => undefined;
  expect((await askAddress(egress, `${origin}/`, { timeoutMs: 200 })).problem).toBe("gave no answer within 0.2 s");
});
