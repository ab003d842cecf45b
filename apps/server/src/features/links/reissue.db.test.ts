import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Applicant } from "../../testing/journey.ts";
import { sessionCalls, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { BATCHES, linkCalls, LINKS } from "./testing/link-calls.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());
const { setState } = sessionCalls(() => lender);
const { json, made } = linkCalls(() => lender);

describe("re-issuing", () => {
  test("an open link gives a new code; the old one says it was replaced", async () => {
    const { sessions, codes } = await made({ count: 1 });
    const { body } = await json("POST", `${LINKS}/${sessions[0] ?? ""}/reissue`);
    const applicant = new Applicant(lender.app);
    expect((await applicant.get(`/a/${codes[0] ?? ""}`)).status).toBe(409);
    const fresh = new URL(String(body["link"])).pathname;
    expect((await applicant.follow(fresh)).location).toContain(`/play/${sessions[0] ?? ""}`);
    expect(body).toMatchObject({ run: 1, status: "created" });
  });

  test("an ended one starts again; a completed one is refused", async () => {
    const { sessions } = await made({ items: [{ uid: "AGAIN-1-x" }] });
    await setState("AGAIN-1-x", "state = 'cancelled', ended_at = now()");
    const url = `${LINKS}/${sessions[0] ?? ""}/reissue`;
    expect((await json("POST", url)).body).toMatchObject({ run: 2, status: "created" });
    await setState("AGAIN-1-x", "state = 'completed', outcome = 'scored', ended_at = now()");
    expect(await json("POST", url)).toMatchObject({ status: 409, body: { code: "session_not_reopenable" } });
  });
});

describe("a link that starts again", () => {
  test("waits to the end date of its batch, not only for the week of a re-open", async () => {
    const { batch_id, sessions } = await made({ items: [{ uid: "WAITS-1-x" }] });
    const { body: batch } = await json("GET", `${BATCHES}/${batch_id}`);
    await json("POST", `${LINKS}/${sessions[0] ?? ""}/revoke`);
    const { body } = await json("POST", `${LINKS}/${sessions[0] ?? ""}/reissue`);
    const late = Number(body["expires_at"]) - Number(batch["valid_until"]);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(3600);
  });
});
