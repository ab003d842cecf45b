import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openDatabase } from "../../infra/database.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { runCommand } from "../command.ts";
import { commands } from "./all.ts";

let store: TestDeps;
let folder: string;
beforeAll(async () => {
  store = await testDeps();
  folder = await mkdtemp(join(tmpdir(), "ts-audit-"));
  await cli("company", "create", "--name", "=Acme, Ltd");
  await cli("deployment", "create", "--name", "Loans");
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function cli(...argv: string[]) {
  const command = commands.find(({ name }) => argv.slice(0, name.split(" ").length).join(" ") === name)!;
  const seen = { out: "", note: "" };
  const code = await runCommand(command, argv.slice(command.name.split(" ").length), {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: async () => ({ deps: store.deps, close: async () => undefined }),
  });
  return { code, ...seen, json: () => JSON.parse(seen.out) };
}

describe("audit list", () => {
  test("shows the newest first, and goes on with the cursor to the very first", async () => {
    const first = (await cli("audit", "list", "--limit", "1", "--json")).json();
    expect(first.items).toEqual([
      expect.objectContaining({
        action: "deployment.created",
        actor: "cli:ana",
        origin: null,
        target_type: "deployment",
      }),
    ]);
    const second = (await cli("audit", "list", "--limit", "1", "--after", first.next, "--json")).json();
    expect(second).toMatchObject({ items: [{ action: "company.created" }], next: null });
    expect((await cli("audit", "list")).out).toContain("deployment.created");
  });

  test("narrows by actor, action, its beginning, target and time", async () => {
    const actions = async (...filter: string[]) =>
      (await cli("audit", "list", "--json", ...filter)).json().items.map((item: { action: string }) => item.action);
    expect(await actions("--actor", "cli:ana")).toEqual(["deployment.created", "company.created"]);
    expect(await actions("--actor", "cli:bob")).toEqual([]);
    expect(await actions("--action", "company")).toEqual(["company.created"]);
    expect(await actions("--action", "comp")).toEqual([]);
    expect(await actions("--action", "deployment.created")).toEqual(["deployment.created"]);
    const [company] = (await cli("company", "list", "--json")).json().companies;
    expect(await actions("--target", company.company_id)).toEqual(["company.created"]);
    expect(await actions("--since", "2100-01-01")).toEqual([]);
    expect(await actions("--until", "2000-01-01T00:00:00Z")).toEqual([]);
    expect((await actions("--since", "2000-01-01", "--until", "2100-01-01")).length).toBe(2);
  });

  test("refuses a time, a limit and a cursor it can not read, in words", async () => {
    expect(await cli("audit", "list", "--since", "yesterday")).toMatchObject({ code: 2 });
    expect((await cli("audit", "list", "--since", "2026-13-45")).note).toContain("--since takes a date such as");
    expect(await cli("audit", "list", "--limit", "0")).toMatchObject({ code: 2 });
    expect(await cli("audit", "list", "--after", "x")).toMatchObject({ code: 1, out: "" });
  });
});

describe("audit export", () => {
  test("writes a file of one's own that a spreadsheet opens without running it, and records that it did", async () => {
    const file = join(folder, "log.csv");
    const { json } = await cli("audit", "export", file, "--json");
    const text = await readFile(file, "utf8");
    expect(json()).toEqual({
      file,
      bytes: Buffer.byteLength(text),
      sha256: createHash("sha256").update(text).digest("hex"),
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const lines = text.trimEnd().split("\r\n");
    expect(lines[0]).toBe(
      "at,actor,origin,action,target_type,target_id,details,audit_id,chain_seq,entry_hash,chain_hash",
    );
    expect(lines.at(-1)).toContain("audit.exported");
    expect(lines.slice(1).every((line) => /^\d{4}-\d\d-\d\dT/.test(line))).toBe(true);
    expect(await cli("audit", "export", file)).toMatchObject({
      code: 2,
      note: expect.stringContaining("exists already"),
    });
  });

  test("as jsonl holds on each line exactly what was hashed, so that the chain can be checked without us", async () => {
    await cli("audit", "verify");
    const file = join(folder, "log.jsonl");
    await cli("audit", "export", file, "--format", "jsonl");
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    const sealed = lines.map((line) => JSON.parse(line)).filter(({ seal }) => seal.chain_seq !== null);
    expect(sealed.length).toBeGreaterThanOrEqual(3);
    let before = "0".repeat(64);
    for (const [index, { seal }] of sealed.entries()) {
      const line = lines[index] ?? "";
      const entry = line.slice('{"entry":'.length, line.lastIndexOf(',"seal":'));
      expect(createHash("sha256").update(entry).digest("hex")).toBe(seal.entry_hash);
      before = createHash("sha256").update(`${before}|${seal.entry_hash}`).digest("hex");
      expect(before).toBe(seal.chain_hash);
    }
  });

  test("leaves no file behind when it can not write", async () => {
    const file = join(folder, "missing", "log.csv");
    expect((await cli("audit", "export", file)).code).not.toBe(0);
    expect(await cli("audit", "export", join(folder, "x"), "--format", "xml")).toMatchObject({ code: 2 });
  });
});

describe("audit verify", () => {
  test("checks every company, prints the head to keep, and takes it back with --expect", async () => {
    const { code, out } = await cli("audit", "verify");
    expect(code).toBe(0);
    const head = /head (\d+:[0-9a-f]{64})/.exec(out)?.[1] ?? "";
    expect(await cli("audit", "verify", "--expect", head)).toMatchObject({ code: 0 });
    const wrong = await cli(
      "audit",
      "verify",
      "--expect",
      head.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
    );
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.out).toContain("BROKEN");
    expect(await cli("audit", "verify", "--expect", "12")).toMatchObject({ code: 2 });
  });

  test("a changed row ends with exit code 1 and is named, also with --json", async () => {
    const owner = openDatabase({ connection: store.connection, role: null, poolSize: 1 });
    await owner.query("UPDATE audit_entries SET actor = 'cli:nobody' WHERE action = 'company.created'");
    await owner.close();
    const { code, json } = await cli("audit", "verify", "--json");
    expect(code).toBe(1);
    expect(json()).toMatchObject({
      ok: false,
      companies: [{ ok: false, problem: { kind: "entry_changed", seq: 1, audit_id: expect.stringMatching(/^aud_/) } }],
    });
  });
});
