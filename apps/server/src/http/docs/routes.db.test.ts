import { OPERATIONS } from "@tallystick/contract";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { buildApp } from "../app.ts";
import { BEACON_ADDRESSES } from "../beacon-pages.ts";

let test: TestDeps;
let app: FastifyInstance;

beforeAll(async () => {
  test = await testDeps();
  app = buildApp(test.deps);
  await app.ready();
});

afterAll(async () => {
  await app.close();
  await test.close();
});

/** Files and pages for people, not operations. */
const NOT_OPERATIONS = [
  "get /",
  "get /favicon.ico",
  "get /docs",
  "get /robots.txt",
  "get /beacon/playback",
  ...BEACON_ADDRESSES.map((address) => `get ${address}`),
];

// The printed tree leaves out what stands before a `*`; no operation has one, only folders of files do.
function isOperation(route: string): boolean {
  return !route.endsWith("*") && !NOT_OPERATIONS.includes(route);
}

/** `get /play/{}/open`: a parameter's name and form are no part of what a caller sends. */
function routeTable(tree: string): readonly string[] {
  const parents: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const match = /^((?:│ {3}| {4})*)[├└]── (\S+) \(([A-Z, ]+)\)/.exec(line);
    if (match === null) return [];
    const [, indent = "", part = "", methods = ""] = match;
    const depth = indent.length / 4;
    parents[depth] = part;
    const url = parents.slice(0, depth + 1).join("");
    const shape = url.replace(/:\w+(\((?:[^()]|\([^()]*\))*\))?/g, "{}");
    return methods.split(", ").flatMap((method) => (method === "HEAD" ? [] : [`${method.toLowerCase()} ${shape}`]));
  });
}

it("the server's routes and the documented operations are the same", () => {
  const served = routeTable(app.printRoutes({ commonPrefix: false }));
  const documented = OPERATIONS.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, "{}")}`);
  expect(served.filter(isOperation).toSorted()).toEqual(documented.toSorted());
});

it("/openapi.json names this server and may be read from anywhere", async () => {
  const answer = await app.inject("/openapi.json");
  expect(answer.headers["content-type"]).toContain("application/json");
  expect(answer.headers["access-control-allow-origin"]).toBe("*");
  expect(answer.json()).toMatchObject({ openapi: "3.1.0", servers: [{ url: test.deps.config.publicUrl }] });
});

it("/docs answers pages without any script under a strict policy", async () => {
  for (const url of ["/docs", "/docs/guides/integrate", "/docs/errors", "/docs/errors/uid_invalid"]) {
    const answer = await app.inject(url);
    expect(answer.statusCode, url).toBe(200);
    expect(answer.headers["content-type"]).toContain("text/html");
    expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(answer.headers["content-security-policy"]).not.toContain("script-src");
  }
});

it("a trailing slash leads to the page, and an unknown page says so in HTML", async () => {
  const slash = await app.inject("/docs/guides/integrate/");
  expect([slash.statusCode, slash.headers["location"]]).toEqual([308, "/docs/guides/integrate"]);
  const first = await app.inject("/docs/");
  expect([first.statusCode, first.headers["location"]]).toEqual([308, "/docs"]);
  for (const url of ["/docs/nothing", "/docs/../package.json", "/docs/%2e%2e/package.json", "/docs/README.md"]) {
    const answer = await app.inject(url);
    expect(answer.statusCode, url).toBe(404);
    expect(answer.body, url).not.toContain("devDependencies");
  }
  expect((await app.inject("/docs/nothing")).body).toContain("No such page");
});
