import { afterAll, beforeAll, expect, test } from "vitest";
import { type Reply, send, verify } from "./support/lender.ts";
import { type Deployment, needsOwnServer, openWorld, setEnvironment, type World } from "./support/world.ts";
import { freePort } from "../tools/harness/server-process.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

function fire(headers: Readonly<Record<string, string>>): Promise<Reply> {
  return send(`${world.baseUrl}/v1/webhooks-management/test`, { method: "POST", headers });
}

test("200: a real signed event with example values reaches the receiver", async () => {
  const { status, body } = await fire({ "api-key": world.test.api_key });
  expect(status).toBe(200);
  expect(body).toEqual({ webhook_receiver_status_code: 200, detail: expect.any(String) });
  const received = await world.receiver.waitFor((webhook) => webhook.body.includes("TEST-WEBHOOK-00000"));
  const webhook = verify(received, world.test);
  expect(webhook).toMatchObject({ uid: "TEST-WEBHOOK-00000", event: { type: "psychometric_score.complete" } });
});

test("400 without a key", async () => {
  const { status, body } = await fire({});
  expect([status, body]).toEqual([400, { detail: "No Api-key supplied" }]);
});

test("403 with an unknown key", async () => {
  const { status, body } = await fire({ "api-key": "ts_test_unknown" });
  expect([status, body]).toEqual([403, { detail: "Invalid Api-key" }]);
});

test.each([403, 201, 302, 500])("422 when the receiver answers %i", async (answer) => {
  world.receiver.answerWith(() => answer);
  const { status, body } = await fire({ "api-key": world.test.api_key });
  world.receiver.answerWith(() => 200);
  expect(status).toBe(422);
  expect(body).toEqual({ detail: { webhook_receiver_status_code: answer, webhook_receiver_body_content: "ok" } });
});

test("424 when no webhook is set", async ({ skip }) => {
  if (world.own === null) return skip(needsOwnServer("a deployment without webhook"));
  const bare: Deployment = await world.own.createDeployment();
  const { status, body } = await fire({ "api-key": bare.test.api_key });
  const detail = `Webhooks not set for ${bare.test.integration_id}, please set in Beacon`;
  expect([status, body]).toEqual([424, { detail }]);
});

test("503 with one text when nobody can be reached: refused connection, unknown host, forbidden address", async ({
  skip,
}) => {
  if (world.own === null) return skip(needsOwnServer("webhook URLs of its own"));
  const lonely = await world.own.createDeployment();
  const cases = [
    [`http://127.0.0.1:${await freePort()}/hook`, "127.0.0.1"],
    ["http://nobody.invalid/hook", "nobody.invalid"],
    ["http://169.254.169.254/latest", "169.254.169.254"],
  ] as const;
  for (const [url, host] of cases) {
    await setEnvironment(world.own, lonely, ["--webhook-url", url]);
    await expectUnreachable(lonely, host);
  }
});

/** A change of the URL is in force within a second. */
async function expectUnreachable(deployment: Deployment, host: string): Promise<void> {
  const deadline = Date.now() + 3000;
  for (;;) {
    const { status, body } = await fire({ "api-key": deployment.test.api_key });
    const fits = status === 503 && body["detail"] === `Cannot connect to host ${host}`;
    if (fits || Date.now() > deadline) {
      expect([status, body]).toEqual([503, { detail: `Cannot connect to host ${host}` }]);
      return;
    }
  }
}
