import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { Applicant } from "../../testing/journey.ts";
import { testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { expireDue } from "./expiry.ts";
import { managedSessions } from "./testing/managed.ts";

/** Everything that can happen to one session, by HTTP and all at once, in any mixture. */

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());

const { create, manage, begin } = managedSessions(() => lender);

const ACTS = [
  "create",
  "cancel",
  "reopen",
  "revoke",
  "reissue",
  "extend",
  "finish",
  "open",
  "expire",
  "erase",
] as const;
type Act = (typeof ACTS)[number];

interface Seat {
  readonly uid: string;
  readonly sessionId: string;
  readonly applicant: Applicant;
}

async function post(url: string, body: object): Promise<number> {
  const answer = await lender.app.inject({
    method: "POST",
    url,
    headers: { "content-type": "application/json", "api-key": lender.deployment.test.apiKey },
    payload: JSON.stringify(body),
  });
  return answer.statusCode;
}

async function perform(act: Act, { uid, sessionId, applicant }: Seat): Promise<number> {
  const links = `/v1/links-management/links/${sessionId}`;
  switch (act) {
    case "create":
      return (await create(uid)).statusCode;
    case "cancel":
    case "reopen":
      return (await manage(act, { uid })).status;
    case "revoke":
    case "reissue":
      return post(`${links}/${act}`, {});
    case "extend":
      return post(`${links}/extend`, { valid_until: Math.floor(Date.now() / 1000) + 86_400 });
    case "finish":
      return (await applicant.finish()).status;
    case "open":
      return (await applicant.open()).status;
    case "expire":
      await expireDue(lender.deps, lender.deployment.companyId, 10);
      return 200;
    case "erase":
      return post("/v1/erasures", { uid });
  }
}

interface Outcome {
  readonly state: string;
  readonly run: number;
  readonly opened: boolean;
  readonly ended: boolean;
  readonly results: readonly number[];
  readonly events: readonly { readonly run: number; readonly type: string }[];
  readonly runEnded: readonly { readonly run: number; readonly state: string }[];
  readonly reopened: readonly number[];
  readonly aliveCodes: number;
  readonly linkCodeAlive: boolean;
  readonly erasures: number;
}

async function outcomeOf(sessionId: string): Promise<Outcome> {
  const [row] = await lender.deps.db.query<Outcome>(
    `SELECT s.state, s.run, s.opened_at IS NOT NULL AS opened, s.ended_at IS NOT NULL AS ended,
            ARRAY(SELECT r.run FROM results r WHERE r.company_id = $1 AND r.session_id = $2) AS results,
            (SELECT coalesce(json_agg(json_build_object('run', e.run, 'type', e.type) ORDER BY e.run, e.type), '[]')
               FROM events e WHERE e.company_id = $1 AND e.session_id = $2) AS events,
            (SELECT coalesce(json_agg(json_build_object('run', f.run, 'state', f.details->>'state') ORDER BY f.run), '[]')
               FROM session_facts f
              WHERE f.company_id = $1 AND f.session_id = $2 AND f.kind = 'run_ended') AS "runEnded",
            ARRAY(SELECT f.run FROM session_facts f
                   WHERE f.company_id = $1 AND f.session_id = $2 AND f.kind = 'reopened' ORDER BY f.run) AS reopened,
            (SELECT count(*)::int FROM link_directory l
              WHERE l.company_id = $1 AND l.session_id = $2 AND l.replaced_at IS NULL) AS "aliveCodes",
            EXISTS (SELECT FROM link_directory l WHERE l.code = s.link_code AND l.replaced_at IS NULL) AS "linkCodeAlive",
            (SELECT count(*)::int FROM erasures x WHERE x.company_id = $1 AND x.session_id = $2) AS erasures
       FROM sessions s WHERE s.company_id = $1 AND s.session_id = $2`,
    [lender.deployment.companyId, sessionId],
  );
  if (!row) throw new Error("no such session");
  return row;
}

function judge(outcome: Outcome): void {
  const { state, run, events } = outcome;
  const typesOf = (of: number) => events.filter((event) => event.run === of).map(({ type }) => type);
  // Runs are numbered without a gap: each but the last has ended once, as its fact says, and was announced once.
  expect(outcome.runEnded.map((ended) => ended.run)).toEqual(Array.from({ length: run - 1 }, (_, index) => index + 1));
  expect(outcome.reopened).toEqual(Array.from({ length: run - 1 }, (_, index) => index + 2));
  for (const ended of outcome.runEnded) expect(typesOf(ended.run)).toEqual([`application.${ended.state}`]);
  expect(events.every((event) => event.run <= run)).toBe(true);
  const last = typesOf(run);
  const completed = ["application.complete", "psychometric_score.complete"];
  if (state === "created" || state === "opened" || state === "in_progress") expect(last).toEqual([]);
  else if (state === "completed") expect(last).toEqual(completed);
  else if (state === "erased") {
    if (last.length === 2) expect(last).toEqual(completed);
    else expect(["application.cancelled", "application.expired"]).toContain(last.join());
  } else expect(last).toEqual([`application.${state}`]);
  expect(outcome.results).toEqual(last.length === 2 ? [run] : []);
  expect(outcome.ended).toBe(last.length > 0);
  if (state === "created") expect(outcome.opened).toBe(false);
  // Exactly one short code opens it, and the row names that one.
  expect([outcome.aliveCodes, outcome.linkCodeAlive]).toEqual([1, true]);
  expect(outcome.erasures).toBe(state === "erased" ? 1 : 0);
}

let made = 0;

test("acts of any kind at once leave one end for every run, runs without a gap, at most one result, and never a 500", async () => {
  const act = fc.constantFrom<Act>(...ACTS.filter((name) => name !== "erase"));
  const mixture = fc.record({
    starts: fc.constantFrom("created", "link", "played", "overdue"),
    acts: fc.array(fc.oneof({ weight: 24, arbitrary: act }, { weight: 1, arbitrary: fc.constant<Act>("erase") }), {
      minLength: 4,
      maxLength: 14,
    }),
  });
  const states = new Set<string>();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(mixture, async ({ starts, acts }) => {
      const uid = `MANY-${(made += 1)}-acts`;
      const begun = await begin(uid);
      const sessionId = begun.session_id;
      const applicant = new Applicant(lender.app);
      if (starts === "played" || starts === "overdue") await applicant.playAll(`/a/${begun.code}`);
      else await applicant.follow(`/a/${begun.code}`);
      const set = (change: string) =>
        lender.deps.db.query(`UPDATE sessions SET ${change} WHERE company_id = $1::text AND session_id = $2::text`, [
          lender.deployment.companyId,
          sessionId,
        ]);
      if (starts === "link") await set("batch_id = 'bat_any', clock = 'at_opening'");
      if (starts === "overdue") await set("expires_at = now() - interval '601 seconds'");
      applicant.journey ??= { state: "opened", run: 1, epoch: 1, tasks: [], grants: [], money_unit: null } as never;
      const statuses = await Promise.all(acts.map((name) => perform(name, { uid, sessionId, applicant })));
      // 503 would be a deadlock that was broken: it may be sent again, but none should ever come to that.
      for (const [index, status] of statuses.entries())
        expect([acts[index], status < 500]).toEqual([acts[index], true]);
      const outcome = await outcomeOf(sessionId);
      states.add(outcome.state);
      runs = Math.max(runs, outcome.run);
      judge(outcome);
    }),
    { numRuns: 60 },
  );
  expect(states.size).toBeGreaterThan(2);
  expect(runs).toBeGreaterThan(1);
});
