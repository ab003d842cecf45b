import { createClient, type Client, TallystickApiError } from "@tallystick/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completeJourney, followLink, must, openAndConsent, openRequest } from "../tools/harness/applicant.ts";
import { awaitEvent, createWithKey, eventTypes, newSession, send } from "./support/lender.ts";
import { openWorld, type World } from "./support/world.ts";

let world: World;
let client: Client;
beforeAll(async () => {
  world = await openWorld();
  client = createClient({ baseUrl: world.baseUrl, apiKey: world.test.api_key });
});
afterAll(() => world.close());

describe("a journey that ended without a result", () => {
  test("is re-opened, played again under the same link, and announced as two ends of one uid", async () => {
    const { uid, link, url, access_token, session_id } = await newSession(world);
    const tab = await followLink(link);
    const { run, epoch } = await openAndConsent(tab);
    await must(tab.call("stop", { run, epoch }));
    const first = await awaitEvent(world, uid, { type: "application.incomplete" });
    expect(first.webhook.event).toMatchObject({ reasons: ["APPLICANT_STOPPED", "TASKS_MISSING"] });

    const refused = await createWithKey(world, world.test, { uid });
    expect([refused.status, refused.body]).toMatchObject([
      409,
      { code: "uid_already_used", state: "incomplete", session_id, can_reopen: true, suggested_uid: `${uid}-2` },
    ]);

    const reopened = await client.reopen({ uid });
    expect(reopened).toMatchObject({ session_id, uid, state: "created", run: 2, link, clock: "at_token" });
    expect((await client.reopen({ session_id })).run).toBe(2);
    expect((await send(`${url}/${access_token}`, { method: "GET" })).status).toBe(409);
    const late = await tab.call<{ code: string }>("open", openRequest());
    expect([late.status, late.body.code]).toEqual([409, "journey_replaced"]);

    const fresh = await createWithKey(world, world.test, { uid });
    expect(fresh.body).toMatchObject({ session_id, link });
    expect(fresh.body.expires_at).toBeLessThan(reopened.expires_at);
    const address = `${fresh.body.url}/${fresh.body.access_token}`;
    expect(await completeJourney(address, { person: uid })).toEqual({ sessionId: session_id, state: "completed" });
    const { webhook } = await awaitEvent(world, uid, { type: "psychometric_score.complete" });
    if (webhook.event.type !== "psychometric_score.complete") throw new Error("another event");
    expect(webhook.event.details.calculated.flags.map(({ key }) => key)).toContain("repeated_attempts");
    await awaitEvent(world, uid, { type: "application.complete" });
    expect(eventTypes(world, uid).toSorted()).toEqual([
      "application.complete",
      "application.incomplete",
      "psychometric_score.complete",
    ]);

    const refusal = await client.reopen({ uid }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TallystickApiError);
    expect(refusal).toMatchObject({ status: 409, code: "session_not_reopenable", body: { state: "completed" } });
    expect(await client.status({ uid })).toMatchObject({
      outcome: "scored",
      earlier_runs: [{ run: 1, state: "incomplete" }],
    });
  });

  test("is cancelled by the lender while it is open, and never after", async () => {
    const { uid, link } = await newSession(world);
    const tab = await followLink(link);
    const { run, epoch } = await openAndConsent(tab);
    expect(await client.cancel({ uid })).toMatchObject({ state: "cancelled", reasons: ["CANCELLED_BY_LENDER"] });
    const { webhook } = await awaitEvent(world, uid, { type: "application.cancelled" });
    expect(webhook.event).toMatchObject({ reasons: ["CANCELLED_BY_LENDER"] });
    const late = await tab.call<{ code: string; state: string }>("finish", { run, epoch, tasks: [] });
    expect([late.status, late.body.code, late.body.state]).toEqual([409, "journey_ended", "cancelled"]);
    expect(await client.cancel({ uid })).toMatchObject({ state: "cancelled" });
    expect(eventTypes(world, uid)).toEqual(["application.cancelled"]);
  });

  test("of another environment or nobody is not there", async () => {
    await expect(client.status({ uid: "NOBODY-0001" })).rejects.toMatchObject({ status: 404, code: "session_unknown" });
  });
});
