import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  completeJourney,
  currentGrant,
  followLink,
  type Journey,
  makeTab,
  must,
  openAndConsent,
  openRequest,
  pageData,
  playAllTasks,
  playNextTask,
} from "../tools/harness/applicant.ts";
import { awaitEvent, createSigned, createWithKey, eventTypes, newSession, send } from "./support/lender.ts";
import { newUid, openWorld, type World } from "./support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe("from session to signed webhook", () => {
  test("an honest applicant's score arrives, verified, with everything the protocol promises", async () => {
    const metadata = { branch: "north", note: 'quotes " and é' };
    const { uid, link, session_id } = await newSession(world, { metadata });
    const startedAt = Math.floor(Date.now() / 1000);
    const ended = await completeJourney(link, { person: uid });
    expect(ended).toEqual({ sessionId: session_id, state: "completed" });

    const { webhook, received } = await awaitEvent(world, uid, { type: "psychometric_score.complete" });
    expect(received.headers["content-type"]).toMatch(/^application\/json/);
    expect(received.headers["x-signature"]).toMatch(/^[0-9a-f]{128}$/);
    expect(webhook.integration_id).toBe(world.test.integration_id);
    if (webhook.event.type !== "psychometric_score.complete") throw new Error("another event");
    const { details } = webhook.event;
    expect(details).toMatchObject({ platform: "WEB", metadata });
    expect(details).not.toHaveProperty("simulated");
    expect(details.application_started_at).toBeGreaterThanOrEqual(startedAt - 2);
    expect(details.application_completed_at).toBeGreaterThanOrEqual(details.application_started_at);
    expect(details.scored_at).toBeGreaterThanOrEqual(details.application_completed_at);
    const { calculated } = details;
    expect(Number.isInteger(calculated.score) && calculated.score >= 1 && calculated.score <= 99).toBe(true);
    expect(calculated).toMatchObject({ calibrated: false, norms: "provisional" });
    expect(calculated.model_version).toMatch(/./);
    expect(calculated.traits.map((trait) => trait.key)).toContain("patience");
    for (const trait of calculated.traits) expect(trait.value >= 1 && trait.value <= 10).toBe(true);
    for (const flag of calculated.flags) if (flag.share !== undefined) expect(typeof flag.share).toBe("string");

    const complete = await awaitEvent(world, uid, { type: "application.complete" });
    expect(complete.webhook.id).not.toBe(webhook.id);
    expect(new Set(eventTypes(world, uid))).toEqual(new Set(["application.complete", "psychometric_score.complete"]));
  });

  test.each(["url with token", "root with token"])("the %s opens the same journey as the link", async (way) => {
    const { uid, access_token, url, session_id } = await newSession(world);
    const address = way.startsWith("url") ? `${url}/${access_token}` : `${world.baseUrl}/${access_token}`;
    const ended = await completeJourney(address, { person: uid });
    expect(ended).toEqual({ sessionId: session_id, state: "completed" });
  });

  test("a session signed instead of keyed ends in the same webhook", async () => {
    const uid = newUid();
    const body = JSON.stringify({ uid, integration_id: world.test.integration_id });
    const { body: session } = await createSigned(world, world.test, { body });
    await completeJourney(session.link, { person: uid });
    const { webhook } = await awaitEvent(world, uid, { type: "psychometric_score.complete" });
    expect(webhook.uid).toBe(uid);
  });

  test("a patient applicant has a lower risk score than an impatient one", async () => {
    const scores = await Promise.all(
      (["lowrisk", "highrisk"] as const).map(async (player) => {
        const { uid, link } = await newSession(world);
        await completeJourney(link, { person: `${uid}-${player}`, player });
        const { webhook } = await awaitEvent(world, uid, { type: "psychometric_score.complete" });
        return webhook.event.type === "psychometric_score.complete" ? webhook.event.details.calculated.score : 50;
      }),
    );
    expect(scores[0]).toBeLessThan(scores[1] ?? 0);
  });

  test("the uid can be used once: 409 uid_already_used after completion, and for links a page", async () => {
    const { uid, link } = await newSession(world);
    await completeJourney(link, { person: uid });
    const again = await createWithKey(world, world.test, { uid });
    expect({ status: again.status, code: again.body.code }).toEqual({ status: 409, code: "uid_already_used" });
    const old = await send(link, { method: "GET" });
    expect([200, 303, 302]).toContain(old.status);
  });

  test("a repeated finish answers the same and sends nothing more", async () => {
    const { uid, link } = await newSession(world);
    const tab = await followLink(link);
    const { journey, tasks } = await playAllTasks(tab, await openAndConsent(tab), { person: uid });
    const finish = { run: journey.run, epoch: journey.epoch, tasks };
    const answers = await Promise.all([1, 2, 3, 4].map(() => tab.call("finish", finish)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    await awaitEvent(world, uid, { type: "psychometric_score.complete" });
    await awaitEvent(world, uid, { type: "application.complete" });
    const ids = world.receiver.received
      .filter(({ body }) => body.includes(uid))
      .map(({ headers }) => headers["webhook-id"]);
    expect(ids.length).toBe(2);
    expect(new Set(ids).size).toBe(2);
  });
});

describe("hand-over", () => {
  test("GET and HEAD of a link set a cookie, redirect without the token and change no state", async () => {
    const { link, session_id } = await newSession(world);
    for (const method of ["HEAD", "GET", "GET"]) {
      const reply = await send(link, { method });
      expect(reply.status).toBe(303);
      const location = new URL(reply.headers.get("location") ?? "", link);
      expect(location.pathname).toBe(`/play/${session_id}`);
      const cookie = reply.headers.getSetCookie().join("\n");
      expect(cookie).toContain(`tsj_${session_id}=`);
      expect(cookie).toMatch(/HttpOnly/i);
      expect(cookie).toMatch(/SameSite=Lax/i);
    }
    const tab = await followLink(link);
    const opened = await must(tab.call<Journey>("open", openRequest()));
    expect(opened).toMatchObject({ state: "opened", run: 1, grants: [] });
  });

  test("the consent page is readable HTML before any script runs", async () => {
    const { link } = await newSession(world);
    const tab = await followLink(link);
    const { status, body, headers } = await tab.page();
    expect(status).toBe(200);
    expect(body).toMatch(/<h1[\s>]/);
    expect(body).toMatch(/id="consent-accept"/);
    expect(body).toMatch(/id="consent-decline"/);
    expect(pageData(body).textVersion).toMatch(/./);
    expect(headers.get("content-security-policy")).toMatch(/default-src|script-src/);
    expect(headers.get("cache-control")).toMatch(/no-store/);
    expect(body).not.toMatch(/https?:\/\/(?!127\.0\.0\.1|localhost)[^"'\s]+\.(js|css|woff2?)/);
  });

  test("forged, cut and unknown addresses get one neutral 404 page that echoes nothing", async () => {
    const { access_token } = await newSession(world);
    const [head, claims] = access_token.split(".");
    const bad = [
      `/a/${"0".repeat(12)}`,
      "/a/x",
      `/${head}.${claims}.${"A".repeat(43)}`,
      `/psychometrics/${head}.${claims}.${"A".repeat(43)}`,
      `/psychometrics/${"A".repeat(1900)}`,
      "/play/ses_00000000000000000000000000/end",
    ];
    const pages = await Promise.all(bad.map((path) => send(`${world.baseUrl}${path}`, { method: "GET" })));
    expect(pages.map((page) => page.status)).toEqual(bad.map(() => 404));
    for (const page of pages) {
      expect(page.headers.get("content-type")).toMatch(/text\/html/);
      expect(page.text).not.toContain(claims ?? "?");
    }
  });

  test("a browser that refuses cookies goes on with the token in a header", async () => {
    const { uid, link } = await newSession(world);
    const { baseUrl, sessionId, token } = await followLink(link);
    const bare = makeTab({ baseUrl, sessionId, token, cookie: "" });
    const answer = await bare.call<Journey>("open", openRequest(), { "tallystick-journey": token });
    expect(answer.status).toBe(200);
    const refused = await bare.call("open", openRequest());
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(uid).not.toBe("");
  });

  test("two sessions in two tabs of one browser never mix", async () => {
    const [first, second] = await Promise.all([newSession(world), newSession(world)]);
    const [left, right] = await Promise.all([followLink(first.link), followLink(second.link)]);
    const both = `${left.cookie}; ${right.cookie}`;
    const shared = (tab: typeof left) => makeTab({ ...tab, cookie: both });
    const journeys = await Promise.all([openAndConsent(shared(left)), openAndConsent(shared(right))]);
    expect(journeys.map((journey) => journey.state)).toEqual(["in_progress", "in_progress"]);
    const wrong = await makeTab({ ...left, cookie: right.cookie }).call<{ code: string }>("open", openRequest());
    expect([wrong.status, wrong.body.code]).toEqual([409, "journey_mismatch"]);
    const renamed = right.cookie.replace(second.session_id, first.session_id);
    const forged = await makeTab({ ...left, cookie: renamed }).call<{ code: string }>("open", openRequest());
    expect([forged.status, forged.body.code]).toEqual([409, "journey_mismatch"]);
    expect(currentGrant(journeys[0]).seed).not.toBe(currentGrant(journeys[1]).seed);
  });
});

describe("other ends", () => {
  test("declining the policy cancels: PRIVACY_POLICY_REJECTED", async () => {
    const { uid, link } = await newSession(world);
    const tab = await followLink(link);
    const { textVersion, language } = pageData((await tab.page()).body);
    const { run, epoch } = await must(tab.call<Journey>("open", openRequest()));
    const consent = { run, epoch, decision: "declined", text_version: textVersion, language };
    const ended = await must(tab.call<{ state: string; next: string }>("consent", consent));
    expect(ended.state).toBe("cancelled");
    const { webhook } = await awaitEvent(world, uid, { type: "application.cancelled" });
    expect(webhook.event).toMatchObject({ reasons: ["PRIVACY_POLICY_REJECTED"] });
    const again = await createWithKey(world, world.test, { uid });
    expect([again.status, again.body.code]).toEqual([409, "uid_already_used"]);
    const page = await send(new URL(ended.next, tab.baseUrl).href, { method: "GET", headers: { cookie: tab.cookie } });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringMatching(/text\/html/)]);
  });

  test("stopping for good is incomplete: APPLICANT_STOPPED, TASKS_MISSING", async () => {
    const { uid, link } = await newSession(world);
    const tab = await followLink(link);
    const { journey } = await playNextTask(tab, await openAndConsent(tab), { person: uid });
    const ended = await must(tab.call<{ state: string }>("stop", { run: journey.run, epoch: journey.epoch }));
    expect(ended.state).toBe("incomplete");
    const { webhook } = await awaitEvent(world, uid, { type: "application.incomplete" });
    expect(webhook.event).toMatchObject({ reasons: expect.arrayContaining(["APPLICANT_STOPPED"]) });
    expect(eventTypes(world, uid)).toEqual(["application.incomplete"]);
    const late = await tab.call<{ code: string }>("open", openRequest());
    expect([late.status, late.body.code]).toEqual([409, "journey_ended"]);
  });

  test("before consent there are no tasks and no inputs", async () => {
    const { link } = await newSession(world);
    const tab = await followLink(link);
    const { run, epoch, grants } = await must(tab.call<Journey>("open", openRequest()));
    expect(grants).toEqual([]);
    const batch = { run, epoch, task_index: 0, attempt: 1, seq: 0, inputs: [{ n: 0, at: 0, kind: "shown" }] };
    const answer = await tab.call<{ code: string }>("batches", batch);
    expect([answer.status, answer.body.code]).toEqual([409, "consent_missing"]);
  });
});

describe("webhook delivery", () => {
  test("a refused webhook comes again with the same id and the same bytes", async () => {
    const { uid, link } = await newSession(world);
    let refusals = 0;
    world.receiver.answerWith(({ body }) => (body.includes(uid) && refusals++ < 2 ? 201 : 200));
    await completeJourney(link, { person: uid });
    const accepted = await world.receiver.waitFor(
      ({ body, answered }) => answered === 200 && body.includes(uid) && body.includes("psychometric_score"),
      20_000,
    );
    const all = world.receiver.received.filter(({ body }) => body.includes(uid) && body.includes("psychometric_score"));
    expect(all.length).toBeGreaterThanOrEqual(2);
    expect(new Set(all.map(({ body }) => body))).toEqual(new Set([accepted.body]));
    expect(new Set(all.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    world.receiver.answerWith(() => 200);
  });
});
