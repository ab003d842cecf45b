import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { runCommand } from "../command.ts";
import { commands } from "./all.ts";

let store: TestDeps;

beforeEach(async () => {
  store = await testDeps();
});

afterEach(() => store.close());

/** Runs a line as typed after `tallystick`; quoted parts are passed as one element. */
async function cli(...argv: string[]) {
  const command = commands.find(({ name }) => argv.slice(0, name.split(" ").length).join(" ") === name)!;
  const seen = { out: "", note: "" };
  const code = await runCommand(command, argv.slice(command.name.split(" ").length), {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: async () => ({ deps: store.deps, close: async () => undefined }),
  });
  return { code, ...seen, json: () => JSON.parse(seen.out) };
}

async function audit(): Promise<readonly Record<string, unknown>[]> {
  return store.deps.db.query("SELECT actor, action, target_id, details FROM audit_entries ORDER BY audit_id");
}

const KEYS = {
  integration_id: expect.stringMatching(/^[0-9a-f]{24}$/),
  webhook_secret: expect.stringMatching(/^whsec_/),
};

describe("company", () => {
  test("create prints the id, list shows it, and the audit log names the person", async () => {
    const created = (await cli("company", "create", "--name", " Acme ", "--json")).json();
    expect(created).toEqual({ company_id: expect.stringMatching(/^cmp_/), name: "Acme" });
    expect((await cli("company", "list", "--json")).json()).toEqual({
      companies: [{ ...created, created_at: expect.stringMatching(/^\d{4}-.*Z$/) }],
    });
    expect((await cli("company", "list")).out).toContain("Acme");
    expect(await audit()).toEqual([
      { actor: "cli:ana", action: "company.created", target_id: created.company_id, details: { name: "Acme" } },
    ]);
  });

  test("create refuses an empty name", async () => {
    expect(await cli("company", "create", "--name", " ")).toMatchObject({
      code: 1,
      out: "",
      note: "The company's name is empty.\n",
    });
  });
});

describe("deployment create", () => {
  test("prints exactly the documented document, and what it prints works", async () => {
    await cli("company", "create", "--name", "Acme");
    const { code, note, json } = await cli("deployment", "create", "--name", "Loans", "--json");
    expect([code, note]).toEqual([0, ""]);
    expect(json()).toEqual({
      company_id: expect.stringMatching(/^cmp_/),
      deployment_id: expect.stringMatching(/^dep_/),
      name: "Loans",
      test: { ...KEYS, api_key: expect.stringMatching(/^ts_test_[0-9A-Za-z]{43}$/) },
      production: { ...KEYS, api_key: expect.stringMatching(/^ts_live_[0-9A-Za-z]{43}$/) },
    });
  });

  test("needs a company, takes the only one, and asks when there are several", async () => {
    expect((await cli("deployment", "create", "--name", "A")).note).toContain("There is no company yet");
    const first = (await cli("company", "create", "--name", "One", "--json")).json();
    expect((await cli("deployment", "create", "--name", "A")).code).toBe(0);
    await cli("company", "create", "--name", "Two");
    expect(await cli("deployment", "create", "--name", "B")).toMatchObject({
      code: 1,
      note: expect.stringContaining("--company"),
    });
    expect((await cli("deployment", "create", "--name", "B", "--company", first.company_id)).code).toBe(0);
    expect((await cli("deployment", "create", "--name", "B", "--company", "cmp_x")).note).toContain(
      'no company "cmp_x"',
    );
  });

  test("refuses a name that is taken and leaves nothing behind", async () => {
    await cli("company", "create", "--name", "Acme");
    await cli("deployment", "create", "--name", "Loans");
    expect(await cli("deployment", "create", "--name", "Loans")).toMatchObject({
      code: 1,
      note: expect.stringContaining('named "Loans" already'),
    });
    const [counts] = await store.deps.db.query(
      `SELECT (SELECT count(*) FROM environments)::int AS environments, (SELECT count(*) FROM api_keys)::int AS keys,
              (SELECT count(*) FROM token_keys)::int AS token_keys, (SELECT count(*) FROM endpoints)::int AS endpoints`,
    );
    expect(counts).toEqual({ environments: 2, keys: 2, token_keys: 2, endpoints: 2 });
  });

  test("stores no key in the clear", async () => {
    await cli("company", "create", "--name", "Acme");
    const created = (await cli("deployment", "create", "--name", "Loans", "--json")).json();
    const rows = await store.deps.db.query(
      "SELECT row_to_json(k)::text FROM api_keys k UNION ALL SELECT row_to_json(d)::text FROM key_directory d UNION ALL SELECT row_to_json(s)::text FROM endpoint_secrets s UNION ALL SELECT row_to_json(a)::text FROM audit_entries a",
    );
    const stored = JSON.stringify(rows);
    for (const side of [created.test, created.production]) {
      expect(stored).not.toContain(side.api_key.slice(8));
      expect(stored).not.toContain(side.webhook_secret.slice(6));
    }
  });
});

describe("deployment set", () => {
  async function loans(): Promise<string> {
    await cli("company", "create", "--name", "Acme");
    return (await cli("deployment", "create", "--name", "Loans", "--json")).json().deployment_id;
  }

  test("tells in which scheme a colour is shown otherwise and as what, and keeps the colour as given", async () => {
    const id = await loans();
    const set = (colour: string, ...more: string[]) =>
      cli("deployment", "set", id, "--env", "test", "--accent", colour, ...more);
    const pale = (await set("#ffd54a", "--json")).json();
    expect(pale.warnings).toEqual([
      { code: "accent_repaired", detail: expect.stringMatching(/light .* are #a3882f\./) },
    ]);
    expect(pale.settings.brand.accent).toBe("#ffd54a");
    expect((await set("#ffd54a")).out).toContain(
      "Note: brand.accent: #ffd54a can not be told from the page in the light",
    );
    expect((await set("#777777", "--json")).json().warnings).toEqual([]);
  });

  test("changes one side and never the other, and says what changed from what to what", async () => {
    const id = await loans();
    const answer = await cli(
      "deployment",
      "set",
      id,
      "--env",
      "test",
      "--webhook-url",
      "https://lender.example/hooks?secret=1",
      "--completion-url",
      "myapp://done?x=1",
      "--cancellation-url",
      "https://lender.example/no",
      "--expiry-url",
      "https://lender.example/late",
      "--privacy-policy-url",
      "https://lender.example/privacy",
      "--session-hours",
      "48",
      "--languages",
      "es,en",
      "--tasks",
      "money_choices",
      "--use-case",
      "in_branch_shared_device",
      "--money-symbol",
      "KSh",
      "--money-factor",
      "10",
      "--lender-name",
      "Acme Bank",
      "--show-completion-page",
      "no",
      "--frame-ancestors",
      "https://lender.example",
      "--risk-band-cutoffs",
      "10,30,50,70",
      "--personal-data-check",
      "strict",
      "--traits",
      "all",
      "--json",
    );
    expect([answer.code, answer.note]).toEqual([0, ""]);
    expect(answer.json()).toMatchObject({
      environment: "test",
      webhook_url: "https://lender.example/hooks?secret=1",
      settings: {
        completion_url: "myapp://done?x=1",
        session_hours: 48,
        languages: ["es", "en"],
        tasks_off: ["quick_taps", "statements", "cards", "tower"],
        use_case: "in_branch_shared_device",
        money_unit: { symbol: "KSh", factor: 10 },
        brand: { lender_name: "Acme Bank", accent: null },
        show_completion_page: false,
        frame_ancestors: ["https://lender.example"],
        risk_band_cutoffs: [10, 30, 50, 70],
        personal_data_check: "strict",
        traits: "all",
      },
    });
    const shown = (await cli("deployment", "show", id, "--json")).json();
    expect(shown.test.settings.session_hours).toBe(48);
    expect(shown.production).toMatchObject({
      webhook_url: null,
      settings: { session_hours: 24, languages: ["en"], tasks_off: [] },
    });
    expect(JSON.stringify(shown)).not.toMatch(/ts_(test|live)_[0-9A-Za-z]{43}/);
    const entry = (await audit()).at(-1);
    expect(entry).toMatchObject({
      actor: "cli:ana",
      action: "environment.settings_changed",
      details: {
        environment: "test",
        changes: {
          session_hours: { from: 24, to: 48 },
          webhook_url: {
            from: null,
            to: expect.stringMatching(/^https:\/\/lender\.example\/hooks\?\(hidden [0-9a-f]{8}\)$/),
          },
        },
      },
    });
  });

  test("a partial change keeps the rest, none clears, and no change leaves no audit entry", async () => {
    const id = await loans();
    await cli(
      "deployment",
      "set",
      id,
      "--env",
      "production",
      "--money-symbol",
      "KSh",
      "--completion-url",
      "https://a.example/",
    );
    await cli("deployment", "set", id, "--env", "production", "--money-factor", "5", "--completion-url", "none");
    const { settings } = (await cli("deployment", "show", id, "--json")).json().production;
    expect(settings).toMatchObject({ money_unit: { symbol: "KSh", factor: 5 }, completion_url: null });
    const before = (await audit()).length;
    const again = await cli("deployment", "set", id, "--env", "production", "--money-factor", "5", "--json");
    expect(again.json().changed).toEqual([]);
    expect((await audit()).length).toBe(before);
  });

  test.each([
    [["--session-hours", "0"], "session_hours: takes at least 1"],
    [["--session-hours", "soon"], "session_hours: is a string; expected a number"],
    [["--session-hours", "1.5"], "session_hours: is a number; expected a whole number"],
    [["--languages", "en,tlh"], "languages.1: takes one of en, es, pt, fr, id, sw, hi, ar, th, vi"],
    [["--languages", "en,es,en"], "languages: names one twice"],
    [["--completion-url", "https:///done"], "completion_url: must name a host after https://"],
    [["--expiry-url", "myapp://\u0001"], "expiry_url: holds a character that can not be seen"],
    [
      ["--completion-url", "vbscript:msgbox"],
      "completion_url: uses a scheme that can run code in the applicant's browser",
    ],
    [["--privacy-policy-url", "lender.example"], "privacy_policy_url: must be an http or https URL"],
    [["--battery", "nope"], 'battery: there is no "nope"; take one of preview-1, standard-1, extended-1'],
    [
      ["--tasks", "money_choices,nope"],
      'tasks: "nope" is no task of standard-1, which has money_choices, quick_taps, statements, cards, tower',
    ],
    [["--tasks", "none"], "tasks_off: at least one task must stay on"],
    [["--use-case", "other"], "use_case: takes one of remote_own_device, in_branch_shared_device"],
    [["--risk-band-cutoffs", "20,10,60,80"], "risk_band_cutoffs: must rise between 1 and 99"],
    [["--accent", "blue"], "brand.accent: must be a colour such as #1a5fb4"],
    [["--webhook-url", "ftp://x"], "The webhook URL must be an http or https URL"],
  ])("%j is refused, explained, and changes nothing", async (argv, reason) => {
    const id = await loans();
    const refused = await cli("deployment", "set", id, "--env", "test", "--session-hours", "12", ...argv);
    expect(refused).toMatchObject({
      code: 1,
      out: "",
    });
    expect(refused.note.startsWith(`${reason}. `), refused.note).toBe(true);
    expect(refused.note).toMatch(/ For instance: .+\n$/);
    expect((await cli("deployment", "show", id, "--json")).json().test.settings.session_hours).toBe(24);
  });

  test("an unknown deployment, another company's deployment and a wrong --env are refused", async () => {
    const id = await loans();
    expect((await cli("deployment", "set", "dep_x", "--env", "test")).note).toContain('no deployment "dep_x"');
    expect(await cli("deployment", "set", id, "--env", "live")).toMatchObject({
      code: 2,
      note: expect.stringContaining('not "live"'),
    });
    const maybe = await cli("deployment", "set", id, "--env", "test", "--show-completion-page", "maybe");
    expect(maybe).toMatchObject({ code: 2, note: expect.stringContaining('takes yes or no, not "maybe"') });
    const two = (await cli("company", "create", "--name", "Two", "--json")).json().company_id;
    expect((await cli("deployment", "show", id, "--company", two)).note).toContain(`no deployment "${id}"`);
    expect((await cli("deployment", "set", id, "--env", "test", "--company", two)).note).toContain(
      `no deployment "${id}"`,
    );
  });
});
