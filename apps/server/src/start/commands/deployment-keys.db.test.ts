import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PNG } from "pngjs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { projectRoot } from "../../infra/places.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { runCommand } from "../command.ts";
import { commands } from "./all.ts";

let store: TestDeps;
let id: string;

beforeEach(async () => {
  store = await testDeps();
  await cli("company", "create", "--name", "Acme");
  id = (await cli("deployment", "create", "--name", "Loans", "--json")).json().deployment_id;
});
afterEach(() => store.close());

/** Runs a line as typed after `tallystick`. */
async function cli(...argv: string[]) {
  const command = commands.find(({ name }) => argv.slice(0, name.split(" ").length).join(" ") === name)!;
  const seen = { out: "", note: "" };
  const code = await runCommand(command, argv.slice(command.name.split(" ").length), {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: async () => ({ deps: store.deps, close: async () => undefined }),
  });
  return { code, ...seen, json: () => JSON.parse(seen.out) };
}

describe("deployment", () => {
  test("archive takes it out of the list, unarchive brings it back", async () => {
    const archived = (await cli("deployment", "archive", id, "--json")).json();
    expect(archived).toMatchObject({ deployment_id: id, archived_at: expect.stringMatching(/Z$/) });
    expect((await cli("deployment", "list", "--json")).json().deployments).toEqual([]);
    expect((await cli("deployment", "list", "--archived")).out).toContain("Loans");
    expect((await cli("deployment", "show", id)).out).toMatch(/^Loans: dep_\S+ \(archived 20/);
    expect((await cli("deployment", "unarchive", id, "--json")).json().archived_at).toBeNull();
    expect((await cli("deployment", "list")).out).toContain("Loans");
  });

  test("rename gives advice on standard error and does it all the same", async () => {
    const renamed = await cli("deployment", "rename", id, "--name", "Live loans", "--json");
    expect(renamed.json()).toMatchObject({ name: "Live loans", advice: [{ code: "name_names_environment" }] });
    expect(renamed.note).toMatch(/^Advice: .*"live"/);
    expect((await cli("deployment", "create", "--name", "Live loan")).note).toMatch(/^Advice: "Live loan" is easily/);
  });

  test("copy shows first, names the line that does it, and does exactly that", async () => {
    await cli("deployment", "set", id, "--env", "test", "--session-hours", "48");
    const preview = await cli("deployment", "copy", id);
    expect(preview.out).toMatch(/session_hours\s+24\s+48\nNothing was changed\. To do it: tallystick /);
    const line = /tallystick (deployment copy .*)\n/.exec(preview.out)?.[1] ?? "";
    expect((await cli(...line.split(" "))).out).toBe("Changed session_hours (Production).\n");
    expect((await cli("deployment", "copy", id)).out).toBe("Both environments have the same settings.\n");
    expect(await cli(...line.split(" "))).toMatchObject({ code: 1, note: expect.stringContaining("Ask for it again") });
  });

  test("logo sets a picture from a file, none takes it away, and a file that is not there is wrong usage", async () => {
    const other = join(projectRoot(), "package.json");
    const refused = await cli("deployment", "logo", id, other, "--env", "test");
    expect(refused).toMatchObject({ code: 1, note: "The logo is neither a PNG nor an SVG file.\n" });
    const folder = await mkdtemp(join(tmpdir(), "ts-logo-"));
    const file = join(folder, "logo.png");
    await writeFile(file, PNG.sync.write(new PNG({ width: 30, height: 10 })));
    const set = (await cli("deployment", "logo", id, file, "--env", "test", "--json")).json();
    expect(set.logo).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), width: 30, height: 10, format: "png" });
    const brand = async () => (await cli("deployment", "show", id, "--json")).json().test.settings.brand;
    expect((await brand()).logo).toEqual(set.logo);
    await cli("deployment", "logo", id, "none", "--env", "test");
    expect((await brand()).logo).toBeNull();
    const drawing = join(folder, "logo.svg");
    await writeFile(
      drawing,
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 2"><rect width="8" height="2"/></svg>',
    );
    const drawn = (await cli("deployment", "logo", id, drawing, "--env", "test", "--json")).json();
    expect(drawn.logo).toMatchObject({ width: 8, height: 2, format: "svg" });
    await writeFile(drawing, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 2"><text>Bank</text></svg>');
    expect(await cli("deployment", "logo", id, drawing, "--env", "test")).toMatchObject({
      code: 1,
      note: expect.stringContaining("convert it to paths"),
    });
    await rm(folder, { recursive: true });
    expect(await cli("deployment", "logo", id, file, "--env", "test")).toMatchObject({
      code: 2,
      note: expect.stringContaining("(ENOENT)"),
    });
  });

  test("history tells who, when, from what to what, and goes on from the cursor it gives", async () => {
    for (const hours of ["48", "72"]) await cli("deployment", "set", id, "--env", "test", "--session-hours", hours);
    const first = (await cli("deployment", "history", id, "--env", "test", "--limit", "1", "--json")).json();
    expect(first.items).toMatchObject([{ actor: "cli:ana", setting: "session_hours", from: 48, to: 72 }]);
    const second = await cli("deployment", "history", id, "--env", "test", "--after", first.next, "--json");
    expect(second.json()).toMatchObject({ items: [{ from: 24, to: 48 }], next: null });
    expect(await cli("deployment", "history", id, "--env", "test", "--limit", "0")).toMatchObject({ code: 2 });
    expect(await cli("deployment", "history", id, "--env", "test", "--after", "x")).toMatchObject({ code: 1 });
  });
});

describe("key", () => {
  const keys = async () => (await cli("key", "list", id, "--env", "test", "--json")).json();

  test("list shows hints and states, never a key; show prints one and keeps the reading", async () => {
    const { api_keys: apiKeys, webhook_secrets: secrets } = await keys();
    expect(apiKeys).toMatchObject([{ status: "current", hint: expect.stringMatching(/^ts_test_….{4}$/) }]);
    expect(secrets).toMatchObject([{ status: "current", hint: expect.stringMatching(/^whsec_….{4}$/) }]);
    const shown = await cli("key", "show", id, "--env", "test", "--key", apiKeys[0].key_id);
    expect(shown.out).toMatch(/^ts_test_[0-9A-Za-z]{43}\n$/);
    expect((await cli("key", "show", id, "--env", "test", "--key", secrets[0].secret_id)).out).toMatch(/^whsec_/);
    const actions = await store.deps.db.query<{ action: string }>(
      "SELECT action FROM audit_entries WHERE actor = 'cli:ana' AND action LIKE '%.revealed' ORDER BY audit_id",
    );
    expect(actions.map(({ action }) => action)).toEqual(["api_key.revealed", "webhook_secret.revealed"]);
  });

  test("rotate and revoke lead from one key to the next", async () => {
    const rotated = (await cli("key", "rotate", id, "--env", "test", "--overlap-hours", "2", "--json")).json();
    expect(rotated).toMatchObject({ environment: "test", ending: [{ key_id: expect.stringMatching(/^key_/) }] });
    expect((await keys()).api_keys).toMatchObject([{ status: "next" }, { status: "retiring" }]);
    const revoked = await cli("key", "revoke", id, "--env", "test", "--key", rotated.ending[0].key_id);
    expect(revoked.out).toMatch(/^ts_test_….{4} is revoked\.\n$/);
    expect((await keys()).api_keys).toMatchObject([{ status: "current" }, { status: "revoked" }]);
    expect(await cli("key", "revoke", id, "--env", "test", "--key", rotated.key_id)).toMatchObject({
      code: 1,
      note: expect.stringContaining("is the only API key"),
    });
  });

  test("rotate takes webhook secrets and keys of links too", async () => {
    const webhook = (await cli("key", "rotate", id, "--env", "production", "--kind", "webhook", "--json")).json();
    expect(webhook).toMatchObject({ environment: "production", webhook_secret: expect.stringMatching(/^whsec_/) });
    const revoke = ["key", "revoke", id, "--env", "production", "--key", webhook.ending[0].secret_id];
    expect((await cli(...revoke)).out).toMatch(/signs nothing any more/);
    expect(await cli(...revoke)).toMatchObject({ code: 1, note: expect.stringContaining("ended at 20") });
    const token = await cli("key", "rotate", id, "--env", "test", "--kind", "token", "--compromised", "--json");
    expect(token.json()).toMatchObject({ kid: expect.stringMatching(/^kid_/), ended: 1 });
  });

  test.each([
    [["--overlap-hours", "0"], "takes a whole number from 1 to 168"],
    [["--overlap-hours", "169"], "takes a whole number from 1 to 168"],
    [["--overlap-hours", "soon"], "takes a whole number from 1 to 168"],
    [["--compromised", "--overlap-hours", "4"], "what leaked has no overlap"],
    [["--kind", "token", "--overlap-hours", "4"], "is not for links"],
    [["--kind", "other"], "takes api, webhook or token"],
  ])("rotate %j is refused as wrong usage and changes nothing", async (argv, reason) => {
    expect(await cli("key", "rotate", id, "--env", "test", ...argv)).toMatchObject({
      code: 2,
      note: expect.stringContaining(reason),
    });
    expect((await keys()).api_keys).toHaveLength(1);
  });
});
