import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import { createLogger } from "../../infra/logger.ts";
import { openDatabase } from "../../infra/database.ts";
import { Applicant, createLender, digestOf, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { runCommand } from "../command.ts";
import { commands } from "./all.ts";

let store: TestDeps;
let app: FastifyInstance;
let lender: Lender;
let logged = "";
beforeAll(async () => {
  const log = createLogger({ logLevel: "warn" }, { write: (line) => void (logged += line) });
  store = await testDeps({ deps: { log }, config: { sessionRate: { perSecond: 100_000, burst: 100_000 } } });
  app = buildApp(store.deps);
});
afterAll(async () => {
  await app.close();
  await store.close();
});
beforeEach(async () => {
  logged = "";
  lender = await createLender(store.deps, { battery: "preview-1" });
});

const cli = (...argv: string[]) => run(argv);

async function run(argv: readonly string[], interruption?: () => AbortSignal) {
  const command = commands.find(({ name }) => argv.slice(0, name.split(" ").length).join(" ") === name)!;
  const seen = { out: "", note: "" };
  const words = argv.slice(command.name.split(" ").length);
  const code = await runCommand(command, [...words, "--company", lender.companyId], {
    io: {
      out: (text) => (seen.out += text),
      note: (text) => (seen.note += text),
      osUser: "ana",
      ...(interruption && { interruption }),
    },
    openDeps: async () => ({ deps: store.deps, close: async () => undefined }),
  });
  return { code, ...seen, json: () => JSON.parse(seen.out) };
}

/** `digest` stands for what the page says it saw of each task; default: the truth. */
async function finished(uid?: string, digest?: string): Promise<string> {
  const { sessionId, code } = await lender.session(uid);
  const applicant = new Applicant(app);
  await applicant.follow(`/a/${code}`);
  await applicant.open();
  await applicant.consent();
  for (let task = 0; applicant.journey?.grants.length; task += 1) {
    const told = task === 1 && digest !== undefined ? digest : digestOf(applicant.grant());
    await applicant.taskDone(await applicant.playTask(), { digest: told });
  }
  expect((await applicant.finish()).status).toBe(200);
  return sessionId;
}

const NOTHING = { considered: 0, written: 0, same: 0, different_count: 0 };

describe("rescore", () => {
  test("adds results of another model, then passes them over, and prints exactly one document", async () => {
    await finished();
    await finished();
    const first = await cli(
      "rescore",
      "--deployment",
      lender.deploymentId,
      "--model",
      "preview-1.0",
      "--limit",
      "1",
      "--json",
    );
    expect([first.code, first.note]).toEqual([0, ""]);
    expect(first.json()).toEqual({
      model_version: "preview-1.0",
      considered: 1,
      written: 1,
      same: 0,
      different: [],
      different_count: 0,
      skipped: {},
      left: 1,
      simulated: NOTHING,
    });
    const text = await cli("rescore", "--all", "--model", "preview-1.0", "--limit", "1");
    expect(text).toMatchObject({ code: 0, out: expect.stringMatching(/has a result of this model .* +1\nleft +0\n$/) });
    const begun = await cli("rescore", "--all", "--limit", "1");
    expect(begun.out).toContain("1 session is left. A check begins anew");
    const [entry] = await store.deps.db.query(
      `SELECT actor, details FROM audit_entries WHERE company_id = $1 AND action = 'results.rescored' ORDER BY audit_id`,
      [lender.companyId],
    );
    expect(entry).toEqual({
      actor: "cli:ana",
      details: {
        scope: { deployment_id: lender.deploymentId, environment: null, from: null, to: null, limit: 1 },
        model_version: "preview-1.0",
        model_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        considered: 1,
        written: 1,
        same: 0,
        different: 0,
        simulated: 0,
        skipped: {},
        left: 1,
      },
    });
  });

  test("names one session by id or uid, and exits with 1 when a result differs", async () => {
    const sessionId = await finished("ONE-0001-x");
    const place = ["--deployment", lender.deploymentId, "--env", "test"];
    expect((await cli("rescore", "--session", sessionId, "--json")).json()).toMatchObject({ considered: 1, same: 1 });
    expect((await cli("rescore", "--uid", "ONE-0001-x", ...place, "--json")).json()).toMatchObject({ same: 1 });
    const owner = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
    await owner.query("UPDATE results SET score = score + 1 WHERE session_id = $1", [sessionId]);
    await owner.close();
    const found = await cli("rescore", "--all", "--json");
    expect(found.code).toBe(1);
    expect(found.json()).toMatchObject({
      model_version: null,
      different: [{ session_id: sessionId, result_id: expect.stringMatching(/^res_/) }],
      different_count: 1,
    });
    expect(await cli("rescore", "--session", sessionId)).toMatchObject({
      code: 1,
      out: expect.stringContaining(sessionId),
    });
  });

  test("cut off by Ctrl-C it tells what is left and how to go on, and a script notices", async () => {
    await finished();
    const cutOff = await run(["rescore", "--all", "--model", "preview-1.0"], () => AbortSignal.abort());
    expect(cutOff.code).toBe(1);
    expect(cutOff.out).toContain("1 session is left. Run the same line again to go on");
    const [entry] = await store.deps.db.query<{ details: object }>(
      "SELECT details FROM audit_entries WHERE company_id = $1 AND action = 'results.rescored'",
      [lender.companyId],
    );
    expect(entry?.details).toMatchObject({ written: 0, left: 1 });
  });

  test("a day as the end of a range counts to its end", async () => {
    const sessionId = await finished();
    const noon = "2026-01-31T12:00:00Z";
    await store.deps.db.query("UPDATE sessions SET ended_at = $2 WHERE session_id = $1", [sessionId, noon]);
    const considered = async (...range: string[]) =>
      (await cli("rescore", "--all", ...range, "--json")).json().considered as number;
    expect(await considered("--from", "2026-01-31", "--to", "2026-01-31")).toBe(1);
    expect(await considered("--to", "2026-01-30")).toBe(0);
    expect(await considered("--to", noon)).toBe(0);
    expect(await considered("--from", noon)).toBe(1);
  });

  test.each([
    [[], "Say what to score again"],
    [["--all", "--session", "ses_1"], "one of them"],
    [["--uid", "A-1"], "--uid needs --deployment ID and --env"],
    [["--all", "--env", "test"], "--env needs --deployment"],
    [["--session", "ses_1", "--from", "2026-01-01"], "--from and --to take a range"],
    [["--all", "--from", "yesterday"], "--from takes a date such as 2026-01-31"],
    [["--all", "--from", "2026-02-01", "--to", "2026-01-01"], "--to lies before --from"],
    [["--all", "--limit", "0"], "--limit takes a whole number from 1"],
    [["--all", "--model", "none-9"], 'There is no model version "none-9"; this company has preview-1.0, preview-1.1'],
  ])("%j is refused with a sentence and the usage", async (argv, sentence) => {
    expect(await cli("rescore", ...argv)).toMatchObject({
      code: 2,
      out: "",
      note: expect.stringContaining(sentence),
    });
  });

  test("what is unknown or not finished is named", async () => {
    expect(await cli("rescore", "--session", "ses_none")).toMatchObject({
      code: 1,
      note: expect.stringContaining("no such session"),
    });
    expect(await cli("rescore", "--deployment", "dep_x")).toMatchObject({
      code: 1,
      note: expect.stringContaining('no deployment "dep_x"'),
    });
    const { sessionId } = await lender.session();
    expect((await cli("rescore", "--session", sessionId)).note).toContain(
      "is created: only a completed one was scored",
    );
    const bad = await cli("rescore", "--deployment", lender.deploymentId, "--env", "live");
    expect(bad).toMatchObject({ code: 2, note: expect.stringContaining('not "live"') });
  });
});

describe("results integrity", () => {
  test("lists who disagrees with the replay: session, place, task and device; a metric and a log line without uid", async () => {
    await finished();
    expect((await cli("results", "integrity")).out).toBe("Every replay agrees with what the page saw.\n");
    const sessionId = await finished("SECRET-0001-x", "0123456789abcdef");
    const { code, json } = await cli("results", "integrity", "--json");
    expect(code).toBe(0);
    expect(json()).toEqual({
      items: [
        {
          session_id: sessionId,
          result_id: expect.stringMatching(/^res_/),
          deployment_id: lender.deploymentId,
          deployment: "Loans",
          environment: "test",
          simulated: false,
          at: expect.any(Number),
          battery_version: "preview-1",
          model_version: "preview-1.1",
          tasks: ["quick_taps"],
          device_class: "phone",
          webdriver: false,
        },
      ],
    });
    const { time: _time, ...line } = JSON.parse(logged.split("\n").find((text) => text.includes("replay"))!);
    expect(line).toEqual({
      level: "warn",
      sessionId,
      msg: "The replay of a journey differs from what its page saw",
    });
    const metric = store.deps.metrics.registry.getSingleMetric("tallystick_replay_mismatch_total");
    expect((await metric?.get())?.values[0]?.value).toBe(1);
    // A result calculated again is no second verdict.
    await cli("rescore", "--all", "--model", "preview-1.0");
    const text = await cli("results", "integrity", "--since", "2026-01-01", "--limit", "5");
    expect(text.out.match(new RegExp(sessionId, "g"))).toHaveLength(1);
    expect(text.out).not.toContain("SECRET");
    expect((await cli("results", "integrity", "--since", "2999-01-01", "--json")).json()).toEqual({ items: [] });
    expect(await cli("results", "integrity", "--limit", "0")).toMatchObject({ code: 2 });
  });
});
