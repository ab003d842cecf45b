import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VerifiedWebhook } from "@tallystick/client";
import { awaitEvent, createWithKey, eventTypes } from "./support/lender.ts";
import { needsOwnServer, openWorld, unique, type World } from "./support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Calculated = Extract<VerifiedWebhook["event"], { type: "psychometric_score.complete" }>["details"]["calculated"];

/** Creates the simulated session and waits for the event it ends with. */
async function simulate(prefix: string, type: string): Promise<{ uid: string; webhook: VerifiedWebhook }> {
  const uid = `SIM-${prefix}-${unique()}`;
  expect((await createWithKey(world, world.test, { uid })).status).toBe(200);
  const { webhook } = await awaitEvent(world, uid, { type });
  return { uid, webhook };
}

async function simulatedScore(prefix: string): Promise<Calculated> {
  const { webhook } = await simulate(prefix, "psychometric_score.complete");
  if (webhook.event.type !== "psychometric_score.complete") throw new Error("another event");
  expect(webhook.event.details.simulated).toBe(true);
  return webhook.event.details.calculated;
}

describe("the sandbox plays a simulated applicant through the same code path", () => {
  test("SIM-LOWRISK is low risk with data that can be trusted", async () => {
    const { risk_band, score, score_confidence } = await simulatedScore("LOWRISK");
    expect(["VERY_LOW", "LOW"]).toContain(risk_band);
    expect(score).toBeLessThan(40);
    expect(score_confidence).not.toBe("LOW");
  });

  test("SIM-HIGHRISK is high risk with reasons", async () => {
    const { risk_band, score, reasons } = await simulatedScore("HIGHRISK");
    expect(["VERY_HIGH", "HIGH"]).toContain(risk_band);
    expect(score).toBeGreaterThan(60);
    expect(reasons.length).toBeGreaterThan(0);
  });

  test("SIM-LOWTRUST has low data confidence and says why", async () => {
    const { score_confidence, trust_score, flags } = await simulatedScore("LOWTRUST");
    expect(score_confidence).toBe("LOW");
    expect(trust_score).toBeLessThan(50);
    expect(flags.length).toBeGreaterThan(0);
  });

  test("SIM-BOT is scored, LOW, with the flag scripted_input", async () => {
    const { score_confidence, flags } = await simulatedScore("BOT");
    expect(score_confidence).toBe("LOW");
    expect(flags.map((flag) => flag.key)).toContain("scripted_input");
  });

  test("SIM-CANCEL rejects the policy", async () => {
    const { uid, webhook } = await simulate("CANCEL", "application.cancelled");
    expect(webhook.event).toMatchObject({ reasons: ["PRIVACY_POLICY_REJECTED"], details: { simulated: true } });
    expect((await createWithKey(world, world.test, { uid })).body.code).toBe("uid_already_used");
  });

  test("SIM-INCOMPLETE stops for good", async () => {
    const { webhook } = await simulate("INCOMPLETE", "application.incomplete");
    expect(webhook.event).toMatchObject({ reasons: expect.arrayContaining(["APPLICANT_STOPPED"]) });
  });

  test("SIM-EXPIRE was opened, did one task, and expired at the time it was told", async () => {
    const uid = `SIM-EXPIRE-${unique()}`;
    const { body } = await createWithKey(world, world.test, { uid });
    const { webhook } = await awaitEvent(world, uid, { type: "application.expired" });
    expect(webhook.event.details).toMatchObject({ application_expired_at: body.expires_at, simulated: true });
    const { application_started_at: startedAt } = webhook.event.details;
    expect(typeof startedAt).toBe("number");
    const again = await createWithKey(world, world.test, { uid });
    expect([again.status, again.body.code]).toEqual([409, "uid_expired"]);
    expect(eventTypes(world, uid)).toEqual(["application.expired"]);
  });

  test("the webhooks follow within seconds of the call", async () => {
    const started = Date.now();
    await simulatedScore("LOWRISK");
    expect(Date.now() - started).toBeLessThan(5000);
  });
});

test("the same simulated uid has the same result in another deployment", async ({ skip }) => {
  if (world.own === null) return skip(needsOwnServer("two deployments"));
  const other = await world.own.createDeployment();
  const target = [other.deployment_id, "--env", "test", "--company", other.company_id];
  await world.own.cli(["deployment", "set", ...target, "--webhook-url", world.receiver.url]);
  const uid = `SIM-LOWRISK-${unique()}`;
  const results = [];
  for (const environment of [world.test, other.test]) {
    expect((await createWithKey(world, environment, { uid })).status).toBe(200);
    const received = await world.receiver.waitFor(
      ({ body }) =>
        body.includes(uid) && body.includes("psychometric_score") && body.includes(environment.integration_id),
    );
    const parsed = JSON.parse(received.body) as { event: { details: { calculated: unknown } } };
    results.push(parsed.event.details.calculated);
  }
  expect(results[1]).toEqual(results[0]);
});
