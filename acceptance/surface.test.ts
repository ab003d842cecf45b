import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send } from "./support/lender.ts";
import { openWorld, type World } from "./support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const get = (path: string) => send(`${world.baseUrl}${path}`, { method: "GET" });

describe("what an operator and a developer find", () => {
  test("/healthz and /readyz answer 200", async () => {
    expect((await get("/healthz")).status).toBe(200);
    expect((await get("/readyz")).status).toBe(200);
  });

  test("/metrics speaks Prometheus and names no uid", async () => {
    const { status, text } = await get("/metrics");
    expect(status).toBe(200);
    expect(text).toMatch(/^# TYPE \w+ (counter|gauge|histogram)$/m);
  });

  test("/openapi.json is OpenAPI 3.1 and has both operations", async () => {
    const { status, body } = await get("/openapi.json");
    expect(status).toBe(200);
    expect(body["openapi"]).toMatch(/^3\.1\./);
    expect(Object.keys(body["paths"] as object)).toEqual(
      expect.arrayContaining(["/v1/sessions-management/tokens", "/v1/webhooks-management/test"]),
    );
  });

  test("/docs is a page, and so is each error code's", async () => {
    for (const path of ["/docs", "/docs/errors/uid_invalid", "/docs/errors/journey_mismatch"]) {
      const page = await get(path);
      expect([path, page.status]).toEqual([path, 200]);
      expect(page.headers.get("content-type")).toMatch(/text\/html/);
    }
  });
});

describe("bad input of every kind gets a defined answer", () => {
  test.each(["/v1/nothing", "/v1/sessions-management", "/v1/%00", "/v1/..%2f..%2fetc/passwd"])(
    "an unknown address below /v1 (%s) is a JSON 404",
    async (path) => {
      const { status, body, text } = await get(path);
      expect([status, body["code"]]).toEqual([404, "not_found"]);
      expect(text).not.toContain("passwd");
    },
  );

  test.each(["/nothing", "/play", "/a/", "/%E0%A4%A", "/play/x/y"])(
    "an unknown page (%s) has a defined answer",
    async (path) => {
      const { status, text } = await get(path);
      expect([400, 404, 422]).toContain(status);
      expect(text).not.toMatch(/node_modules|at .*\.ts:\d+/);
    },
  );

  test.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])(
    "%s on a page is refused, never an error of ours",
    async (method) => {
      for (const path of ["/healthz", "/docs", "/openapi.json", "/play/ses_x", "/a/abc"]) {
        expect((await send(`${world.baseUrl}${path}`, { method })).status).toBeLessThan(500);
      }
    },
  );

  test.each(["open", "consent", "batches", "task-done", "finish", "stop", "note"])(
    "the applicant's call %s without a journey is refused, whatever its body",
    async (call) => {
      for (const body of ["", "{", "[]", "null", '{"run":1}', "x".repeat(1000)]) {
        const url = `${world.baseUrl}/play/ses_00000000000000000000000000/${call}`;
        const reply = await send(url, { method: "POST", body, headers: { "content-type": "application/json" } });
        expect(reply.status).toBeGreaterThanOrEqual(400);
        expect(reply.status).toBeLessThan(500);
        expect(typeof reply.body["code"]).toBe("string");
      }
    },
  );
});

describe("headers", () => {
  test("every page forbids sniffing, and nothing tells the framework", async () => {
    for (const path of ["/docs", "/healthz", "/nothing"]) {
      const { headers } = await get(path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-powered-by")).toBeNull();
    }
  });
});
