import { createLinksSchema } from "@tallystick/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Applicant } from "../../testing/journey.ts";
import { sessionCalls, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { SYSTEM } from "../audit/service.ts";
import { createBatch, giveUpSilent, showBatch, startLinkKeeper } from "./service.ts";
import { BATCHES, linkCalls, LINKS } from "./testing/link-calls.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());
const { create, setState } = sessionCalls(() => lender);

const { call, json, made, environment } = linkCalls(() => lender);

async function eventually<T>(look: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const value = await look();
    if (isThere(value) || Date.now() > deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

let counted = 0;
const uid = () => `LOAN-${String((counted += 1)).padStart(4, "0")}-x`;

describe("a batch by number", () => {
  test("is answered at once, becomes ready, and its links open journeys", async () => {
    const { status, body } = await json("POST", BATCHES, { name: "Invitations", count: 25 });
    expect(status).toBe(202);
    expect(body).toMatchObject({ state: "creating", requested: 25, clock: "at_opening", source: "count" });
    const url = `${BATCHES}/${String(body["batch_id"])}`;
    const ready = await eventually(
      () => json("GET", url),
      (answer) => answer.body["state"] === "ready",
    );
    expect(ready.body).toMatchObject({ created: 25, skipped: 0, failure: null, links: { created: 25, opened: 0 } });
    const page = await json("GET", `${url}/links?limit=10`);
    const items = page.body["items"] as unknown as { uid: string; link: string; status: string }[];
    expect(items).toHaveLength(10);
    for (const { uid: made, status: state } of items) {
      expect(made).toMatch(/^LNK(-[2-9BCDFGHJKMNPQRSTVWXYZ]{4}){3}$/);
      expect(state).toBe("created");
    }
    const applicant = new Applicant(lender.app);
    await applicant.follow(new URL(items[0]?.link ?? "").pathname);
    expect((await applicant.open()).status).toBe(200);
    expect((await json("GET", `${url}/links?status=opened`)).body["items"]).toHaveLength(1);
  });

  test("for the Integration ID of another environment is refused", async () => {
    const { integrationId } = lender.deployment.production;
    const answer = await json("POST", BATCHES, { name: "Wrong", count: 1, integration_id: integrationId });
    expect(answer).toMatchObject({ status: 403, body: { code: "integration_mismatch" } });
  });

  test("pages through all links once, in one order", async () => {
    const { batch_id, sessions } = await made({ count: 37 });
    const seen: string[] = [];
    let after = "";
    do {
      const { body } = await json("GET", `${BATCHES}/${batch_id}/links?limit=10${after && `&after=${after}`}`);
      seen.push(...(body["items"] as unknown as { session_id: string }[]).map(({ session_id }) => session_id));
      after = (body["next"] as unknown as string | null) ?? "";
    } while (after !== "");
    expect(seen).toEqual(sessions);
    expect(new Set(seen).size).toBe(37);
  });
});

describe("a batch from a list", () => {
  test("keeps each uid byte for byte, its language and metadata, in the order of the list", async () => {
    const [a, b, c] = ["z-LOAN_one", "A-loan-two2", "m_LOAN-3"];
    const batch = await made({ csv: `uid;metadata.branch\r\n${a};north\r\n\r\n"${b}";"a;b"\r\n${c};\r\n` });
    expect(batch).toMatchObject({ state: "ready", created: 3, requested: 3 });
    const rows = await lender.deps.db.query(
      `SELECT uid, metadata, clock, batch_id FROM sessions WHERE company_id = $1::text AND batch_id = $2::text ORDER BY session_id`,
      [lender.deployment.companyId, batch.batch_id],
    );
    expect(rows).toEqual([
      { uid: a, metadata: { branch: "north" }, clock: "at_opening", batch_id: batch.batch_id },
      { uid: b, metadata: { branch: "a;b" }, clock: "at_opening", batch_id: batch.batch_id },
      { uid: c, metadata: {}, clock: "at_opening", batch_id: batch.batch_id },
    ]);
  });

  test("with bad lines creates nothing and names every one of them", async () => {
    const used = uid();
    await create(used);
    const good = uid();
    const csv = ["uid", good, "with space", good, used, "SIM-BOT-1", "x"].join("\n");
    const { status, body } = await json("POST", BATCHES, { name: "Bad", csv });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: "link_list_invalid",
      problems: [
        { line: 3, code: "uid_invalid" },
        { line: 4, code: "uid_duplicate", detail: "the same uid stands on line 2" },
        { line: 5, code: "uid_already_used" },
        { line: 6, code: "uid_simulated" },
        { line: 7, code: "uid_invalid" },
      ],
    });
    expect((await create(good)).statusCode).toBe(200);
  });

  test("with skip_bad makes the good ones and says which were left out, without their uids", async () => {
    const good = uid();
    const batch = await made({ items: [{ uid: "no good" }, { uid: good }, { uid: good }], skip_bad: true });
    expect(batch).toMatchObject({ state: "ready", requested: 3, created: 1, skipped: 2 });
    expect(batch.skipped_lines).toEqual([
      { line: 1, code: "uid_invalid" },
      { line: 3, code: "uid_duplicate" },
    ]);
  });

  test("counts what looks personal and keeps it as a fact beside each session", async () => {
    const batch = await made({ items: [{ uid: "447700900123" }, { uid: uid() }] });
    expect(batch.warnings).toEqual([{ code: "uid_looks_personal", count: 1, line: 1, detail: expect.any(String) }]);
    const facts = await lender.deps.db.query(
      `SELECT kind, details->>'code' AS code FROM session_facts WHERE company_id = $1::text AND session_id = ANY ($2::text[])`,
      [lender.deployment.companyId, batch.sessions],
    );
    expect(facts).toEqual([{ kind: "warning", code: "uid_looks_personal" }]);
  });

  test("makes as many sessions as uids when two lists that overlap come at once, and never half a batch", async () => {
    const shared = Array.from({ length: 1500 }, () => ({ uid: uid() }));
    const own = Array.from({ length: 10 }, () => ({ uid: uid() }));
    const place = await environment();
    const start = (items: readonly { readonly uid: string }[]) =>
      createBatch(lender.deps, {
        environment: place,
        wish: createLinksSchema.parse({ name: "Overlap", items }),
        actor: SYSTEM,
      });
    const started = await Promise.all([start([...shared, ...own]), start(shared.toReversed())]);
    await Promise.all(started.map(({ done }) => done));
    const shown = await Promise.all(started.map(({ batch }) => showBatch(lender.deps, place, batch.batchId)));
    expect(shown.map(({ state }) => state).toSorted()).toEqual(["failed", "ready"]);
    const [failed] = shown.filter(({ state }) => state === "failed");
    expect(failed).toMatchObject({ created: 0, failure: expect.stringMatching(/meanwhile, and nothing was created/) });
    expect(Object.values(failed?.links ?? { any: 1 }).every((count) => count === 0)).toBe(true);
  });
});

describe("an Idempotency-Key", () => {
  test("gives the same batch again, also to requests at once, and refuses another body", async () => {
    const body = { name: "Once", count: 3 };
    const headers = { "idempotency-key": "once-1" };
    const answers = await Promise.all([1, 2, 3].map(() => json("POST", BATCHES, body, headers)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(answers.map((answer) => answer.body["batch_id"])).size).toBe(1);
    const other = await json("POST", BATCHES, { ...body, count: 4 }, headers);
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  });
});

describe("a batch whose process is gone", () => {
  test("is marked as failed, has no links, and may be sent again under its key", async () => {
    const { companyId, test: side } = lender.deployment;
    const batchId = lender.deps.ids.make("bat");
    await lender.deps.db.query(
      `INSERT INTO link_batches (company_id, batch_id, environment_id, name, state, source, clock, valid_until, requested,
                                 created, created_by, idempotency_key, body_hash, heartbeat_at)
       VALUES ($1, $2, $3, 'Lost', 'creating', 'count', 'at_opening', now() + interval '1 day', 9, 4, 'system', 'lost', 'x',
               now() - interval '2 minutes')`,
      [companyId, batchId, side.environmentId],
    );
    expect(await giveUpSilent(lender.deps, companyId)).toBe(1);
    const { body } = await json("GET", `${BATCHES}/${batchId}`);
    expect(body).toMatchObject({ state: "failed", created: 0, failure: expect.stringMatching(/Send it again/) });
    const again = await json("POST", BATCHES, { name: "Lost", count: 9 }, { "idempotency-key": "lost" });
    expect(again).toMatchObject({ status: 202, body: { state: "creating" } });
    expect(await json("GET", `${BATCHES}/${batchId}/export`).then(({ status }) => status)).toBe(409);
  });
});

describe("the clock", () => {
  test("of a link starts at its first opening, and before that the batch's end date holds", async () => {
    const until = Math.floor(Date.now() / 1000) + 9 * 86_400;
    const { codes, sessions } = await made({ count: 1, valid_until: until });
    const applicant = new Applicant(lender.app);
    await applicant.follow(`/a/${codes[0] ?? ""}`);
    const read = async () =>
      lender.deps.db.query<{ clock: string; at: number }>(
        `SELECT clock, extract(epoch FROM expires_at)::float8 AS at FROM sessions WHERE company_id = $1::text AND session_id = $2::text`,
        [lender.deployment.companyId, sessions[0]],
      );
    expect(await read()).toEqual([{ clock: "at_opening", at: until }]);
    await applicant.open();
    const [opened] = await read();
    expect(opened?.clock).toBe("running");
    expect(Math.abs((opened?.at ?? 0) - (Date.now() / 1000 + 24 * 3600))).toBeLessThan(10);
  });

  test("can start at creation instead", async () => {
    const { valid_until, sessions } = await made({ count: 1, clock: "at_creation" });
    const rows = await lender.deps.db.query(
      `SELECT clock, extract(epoch FROM expires_at)::float8 AS at FROM sessions WHERE company_id = $1::text AND session_id = $2::text`,
      [lender.deployment.companyId, sessions[0]],
    );
    expect(rows).toEqual([{ clock: "running", at: valid_until }]);
  });

  test("refuses an end date in the past, too far ahead, or beside a clock that runs", async () => {
    const now = Math.floor(Date.now() / 1000);
    const wish = { name: "Dates", count: 1 };
    for (const valid_until of [now - 5, now + 401 * 86_400]) {
      expect((await json("POST", BATCHES, { ...wish, valid_until })).body["code"]).toBe("link_date_invalid");
    }
    const both = await json("POST", BATCHES, { ...wish, valid_until: now + 5000, clock: "at_creation" });
    expect(both).toMatchObject({ status: 422, body: { code: "body_invalid" } });
  });
});

describe("extending", () => {
  test("moves the end of links that wait, and of no other", async () => {
    const { batch_id, codes } = await made({ count: 3 });
    const applicant = new Applicant(lender.app);
    await applicant.follow(`/a/${codes[0] ?? ""}`);
    await applicant.open();
    const valid_until = Math.floor(Date.now() / 1000) + 60 * 86_400;
    const { body } = await json("POST", `${BATCHES}/${batch_id}/extend`, { valid_until });
    expect(body).toMatchObject({ extended: 2, batch: { valid_until } });
    const one = await json("POST", `${LINKS}/${applicant.sessionId}/extend`, { valid_until });
    expect(one).toMatchObject({ status: 409, body: { code: "link_not_extendable", state: "opened" } });
  });
});

describe("revoking", () => {
  test("one link ends it with its event, once", async () => {
    const { sessions } = await made({ count: 1 });
    const url = `${LINKS}/${sessions[0] ?? ""}/revoke`;
    expect((await json("POST", url)).body).toMatchObject({ status: "cancelled" });
    expect((await json("POST", url)).status).toBe(200);
    const events = await lender.deps.db.query<{ body: string }>(
      `SELECT body FROM events WHERE company_id = $1::text AND session_id = $2::text`,
      [lender.deployment.companyId, sessions[0]],
    );
    expect(events).toHaveLength(1);
    expect(JSON.parse(events[0]?.body ?? "{}")).toMatchObject({
      event: { type: "application.cancelled", reasons: ["LINK_REVOKED"] },
    });
  });

  test("one that has ended is refused", async () => {
    const { sessions } = await made({ items: [{ uid: "ENDED-ALREADY-1" }] });
    await setState("ENDED-ALREADY-1", "state = 'completed', outcome = 'scored', ended_at = now()");
    const answer = await json("POST", `${LINKS}/${sessions[0] ?? ""}/revoke`);
    expect(answer).toMatchObject({ status: 409, body: { code: "link_not_open", state: "completed" } });
  });

  test("a batch ends every open link in the background and leaves what had ended", async () => {
    const { batch_id } = await made({ items: [...Array(130).keys()].map((n) => ({ uid: `REVOKE-ME-${n}-x` })) });
    await setState("REVOKE-ME-7-x", "state = 'completed', outcome = 'scored', ended_at = now()");
    const keeper = startLinkKeeper(lender.deps);
    const answer = await json("POST", `${BATCHES}/${batch_id}/revoke`);
    expect(answer).toMatchObject({ status: 202, body: { revoked_at: expect.any(Number) } });
    const done = await eventually(
      () => json("GET", `${BATCHES}/${batch_id}`),
      ({ body }) => body["revoking"] === false,
    );
    await keeper.stop();
    expect(done.body["links"]).toMatchObject({ cancelled: 129, completed: 1, created: 0 });
  });
});

test("a batch counts what was erased, and lists it no more", async () => {
  const { batch_id } = await made({ items: [{ uid: "GONE-1-x" }, { uid: "STAYS-1-x" }] });
  await setState("GONE-1-x", "state = 'erased'");
  const { body } = await json("GET", `${BATCHES}/${batch_id}`);
  expect(body["links"]).toMatchObject({ created: 1, erased: 1 });
});

describe("what is handed out", () => {
  test("CSV holds every link, is safe in a spreadsheet, and is recorded", async () => {
    const { batch_id } = await made({ items: [{ uid: "-DANGER-1" }, { uid: uid() }] });
    const answer = await call("GET", `${BATCHES}/${batch_id}/export?channel=sms&language=es`);
    expect(answer.headers["content-type"]).toContain("text/csv");
    const [head, first, second, end] = answer.text.split("\r\n");
    expect(head).toMatch(/^uid,link,status,.*,message$/);
    expect(first).toMatch(/^'-DANGER-1,http:\/\/127\.0\.0\.1:8080\/a\/[0-9a-z]{12},created,/);
    expect(second).toContain("juegos cortos");
    expect(end).toBe("");
    const audit = await lender.deps.db.query(
      `SELECT action FROM audit_entries WHERE company_id = $1::text AND target_id = $2::text ORDER BY at`,
      [lender.deployment.companyId, batch_id],
    );
    expect(audit).toEqual([{ action: "link_batch.created" }, { action: "links.exported" }]);
  });

  test("a sheet is a PDF with a page for every fifteen links of the range", async () => {
    const { batch_id } = await made({ count: 40 });
    for (const [query, pages] of [
      ["", 3],
      ["?paper=letter&from=31&count=5&language=fr", 1],
    ] as const) {
      const { raw, headers } = await call("GET", `${BATCHES}/${batch_id}/sheet${query}`);
      expect(headers["content-type"], raw.toString().slice(0, 300)).toBe("application/pdf");
      expect(raw.subarray(0, 5).toString()).toBe("%PDF-");
      expect(raw.toString("latin1").match(/\/Type \/Page\n/g)).toHaveLength(pages);
    }
  });

  test("a QR code comes as SVG and as PNG", async () => {
    const { sessions } = await made({ count: 1 });
    const url = `${LINKS}/${sessions[0] ?? ""}/qr`;
    expect((await call("GET", url)).text).toMatch(/^<svg xmlns/);
    const png = await call("GET", `${url}?format=png&scale=4`);
    expect(png.headers["content-type"]).toBe("image/png");
    expect(png.raw.subarray(1, 4).toString()).toBe("PNG");
  });

  test("a message fits one SMS, or says how many it takes; a text without {link} is refused", async () => {
    const { batch_id } = await made({ count: 1 });
    const url = `${BATCHES}/${batch_id}/message`;
    const { body } = await json("POST", url, { channel: "sms", language: "hi" });
    expect(body).toMatchObject({ length: { encoding: "ucs2", segments: 1 } });
    expect(body["example"]).toMatch(/^Acme: .*\/a\/[0-9a-z]{12}$/);
    expect((await json("POST", url, { text: "Hello" })).body["code"]).toBe("link_message_invalid");
  });
});
