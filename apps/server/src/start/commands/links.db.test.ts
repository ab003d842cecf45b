import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Link, LinkBatchDetail, LinkMessage } from "@tallystick/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { sessionCalls, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { runCommand } from "../command.ts";
import { linksCommands } from "./links.ts";

let lender: TestLender;
let folder: string;
beforeAll(async () => {
  lender = await testLender(UNLIMITED);
  folder = await mkdtemp(join(tmpdir(), "ts-links-"));
});
afterAll(async () => {
  await lender.close();
  await rm(folder, { recursive: true, force: true });
});
const { create: createSession, setState } = sessionCalls(() => lender);

async function cli(name: string, ...argv: string[]) {
  const command = linksCommands.find((each) => each.name === `link ${name}`);
  if (command === undefined) throw new Error("no such command");
  const seen = { out: "", note: "" };
  const code = await runCommand(command, argv, {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: () => Promise.resolve({ deps: lender.deps, close: () => Promise.resolve() }),
  });
  return { code, ...seen };
}

const create = (name: string, ...argv: string[]) =>
  cli("create", lender.deployment.deploymentId, "--env", "test", "--name", name, ...argv);

async function made(...argv: string[]): Promise<LinkBatchDetail> {
  const { code, out, note } = await create("A batch", ...argv, "--json");
  expect(code, note).toBe(0);
  return JSON.parse(out) as LinkBatchDetail;
}

async function linksOf(batchId: string): Promise<readonly Link[]> {
  return (JSON.parse((await cli("show", batchId, "--json")).out) as { items: Link[] }).items;
}

async function list(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const actions = (targetId: string) =>
  lender.deps.db.query(
    "SELECT actor, action FROM audit_entries WHERE company_id = $1::text AND target_id = $2::text ORDER BY audit_id",
    [lender.deployment.companyId, targetId],
  );

const BAD = "\ufeffuid;language\r\nFILE-0001;en\n\r\nFILE 0002;en\r\nFILE-0001;en\n\nFILE-0003;\r\n";

describe("link create", () => {
  test("makes links by number, shows them, and the record names the person at the terminal", async () => {
    const { out, code } = await create("March", "--count", "3");
    expect([code, out]).toEqual([0, expect.stringMatching(/^March \(bat_\w+\): ready, 3 of 3 links\n {2}3 created\n/)]);
    const [, batchId = ""] = /\((bat_\w+)\)/.exec(out) ?? [];
    const shown = await cli("show", batchId, "--limit", "2");
    expect(shown.out.match(/LNK-\w{4}-\w{4}-\w{4} +created/g)).toHaveLength(2);
    const [, cursor = ""] = /More: --after (\S+)/.exec(shown.out) ?? [];
    expect((await cli("show", batchId, "--after", cursor)).out.match(/LNK-/g)).toHaveLength(1);
    expect(await actions(batchId)).toEqual([{ actor: "cli:ana", action: "link_batch.created" }]);
    expect((await cli("list", lender.deployment.deploymentId, "--env", "test")).out).toContain("March");
    expect((await cli("list", lender.deployment.deploymentId, "--env", "production")).out).toBe("No batch yet.\n");
  });

  test("refuses a file with bad lines and names each under the number an editor shows", async () => {
    const { code, out, note } = await create("Bad", "--file", await list("bad.csv", BAD));
    expect([code, out]).toEqual([1, ""]);
    expect(note).toContain("line 4: uid has a space at position 5");
    expect(note).toContain("line 5: the same uid stands on line 2 (uid_duplicate)");
    expect(note).toContain("2 lines of 4 can not be used, and nothing was created");
  });

  test("with --skip-bad makes the good lines and says which are left out", async () => {
    const batch = await made("--file", await list("skip.csv", BAD), "--skip-bad");
    expect(batch).toMatchObject({ state: "ready", requested: 4, created: 2, skipped: 2 });
    expect(batch.skipped_lines).toEqual([
      { line: 4, code: "uid_invalid" },
      { line: 5, code: "uid_duplicate" },
    ]);
    expect((await linksOf(batch.batch_id)).map(({ uid }) => uid)).toEqual(["FILE-0001", "FILE-0003"]);
  });

  test("says when a language is not offered, also without a list", async () => {
    expect((await create("Foreign", "--count", "2", "--language", "xx")).out).toContain(
      "2 × language_not_offered: This environment offers en",
    );
  });

  test("says that links of this machine alone can not be sent", async () => {
    expect((await create("Local", "--count", "1")).note).toContain("Set PUBLIC_URL as for the server.");
  });

  test.each([
    ["neither count nor file", [], /give --count or --file/],
    ["no links", ["--count", "0"], /whole number from 1 to 50000/],
    [
      "an end beside a clock that runs",
      ["--count", "1", "--clock", "at_creation", "--valid-until", "2026-12-31"],
      /goes with --clock at_opening/,
    ],
    ["a file that is not there", ["--file", "nowhere.csv"], /nowhere\.csv can not be read/],
  ])("refuses %s as a wrong use", async (_name, argv, reason) => {
    const { code, note } = await create("Wrong", ...argv);
    expect([code, note]).toEqual([2, expect.stringMatching(reason)]);
  });

  test("refuses a file that is not UTF-8 with the way out", async () => {
    const file = join(folder, "latin1.csv");
    await writeFile(file, Buffer.from([0x41, 0xe9, 0x0a]));
    expect((await create("Latin", "--file", file)).note).toContain('save it as "CSV UTF-8"');
  });
});

describe("links that are made", () => {
  test("are extended, given anew and revoked one by one", async () => {
    const [link] = await linksOf((await made("--count", "1")).batch_id);
    const id = link?.session_id ?? "";
    const until = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
    const extended = JSON.parse((await cli("extend", id, "--until", until, "--json")).out) as Link;
    expect(extended.expires_at).toBe(Date.parse(until) / 1000);
    const anew = JSON.parse((await cli("reissue", id, "--json")).out) as Link;
    expect(anew.link).not.toBe(link?.link);
    expect((await cli("revoke", id)).out).toContain("cancelled");
    expect(await cli("revoke", id)).toMatchObject({ code: 0 });
    expect((await cli("extend", id, "--until", until)).note).toContain("re-issue the link");
    expect((await cli("reissue", id)).out).toContain("created");
    expect(await actions(id)).toEqual(
      ["link.extended", "link.reissued", "link.revoked", "session.reopened", "link.reissued"].map((action) => ({
        actor: "cli:ana",
        action,
      })),
    );
  });

  test("are revoked all at once, except those that ended before", async () => {
    const { batch_id } = await made("--file", await list("revoke.csv", "REV-0001\nREV-0002\nREV-0003\n"));
    await setState("REV-0002", "state = 'completed', ended_at = now()");
    const { code, out } = await cli("revoke", batch_id);
    expect([code, out]).toEqual([0, expect.stringContaining("1 completed, 2 cancelled")]);
    expect(out).toMatch(/revoked 20\d\d-/);
    expect((await cli("list", lender.deployment.deploymentId, "--env", "test")).out).toMatch(
      new RegExp(`${batch_id} +A batch +revoked`),
    );
  });

  test("that were erased are in no list, file, sheet or code, and their hash is nowhere", async () => {
    const { batch_id } = await made("--file", await list("erase.csv", "ERA-0001\nERA-0002\n"));
    const id = (await linksOf(batch_id))[0]?.session_id ?? "";
    await setState("ERA-0001", "state = 'erased', uid = 'erased:5f3a', uid_canonical = 'erased:5f3a'");
    const file = join(folder, "erased.csv");
    const shown = [await cli("show", batch_id), await cli("show", batch_id, "--json")];
    expect((await cli("export", batch_id, file)).code).toBe(0);
    for (const text of [...shown.map(({ out }) => out), await readFile(file, "utf8")]) {
      expect(text).toContain("ERA-0002");
      expect(text).not.toMatch(/erased:|5f3a|ERA-0001/);
    }
    for (const verb of ["revoke", "reissue"]) expect((await cli(verb, id)).code).toBe(1);
    expect((await cli("qr", id, join(folder, "erased.svg"))).note).toContain("no session");
  });

  test("are no business of another batch, and an unknown one is named as such", async () => {
    expect(await cli("show", "bat_01k9zq0000000000000000000a")).toMatchObject({ code: 1, out: "" });
    expect((await cli("show", "ses_01k9zq0000000000000000000a")).code).toBe(2);
    await createSession("NOBATCH-0001");
    expect((await cli("list", lender.deployment.deploymentId, "--env", "test", "--json")).out).not.toContain("NOBATCH");
  });
});

describe("what goes out", () => {
  test("is written to a file once whole, and never over another", async () => {
    const { batch_id } = await made("--count", "2");
    const file = join(folder, "links.csv");
    const { out } = await cli("export", batch_id, file, "--message", "whatsapp", "--language", "es");
    expect(out).toMatch(/^Wrote .*links\.csv \(\d+ bytes\)\nsha256 [0-9a-f]{64}\n$/);
    const text = await readFile(file, "utf8");
    expect(text).toMatch(/^uid,link,status,.*,message\r?\n/);
    expect(text.match(/Hola, le escribe Acme/g)).toHaveLength(2);
    expect((await cli("export", batch_id, file)).note).toContain("exists already");
    expect(await readFile(file, "utf8")).toBe(text);
    const nowhere = await cli("export", batch_id, join(folder, "none", "links.csv"));
    expect(nowhere).toMatchObject({ code: 2, note: expect.stringContaining("can not be written") });
    expect(await actions(batch_id)).toContainEqual({ actor: "cli:ana", action: "links.exported" });
  });

  test("can be a sheet or a single code; a range behind the last link is refused", async () => {
    const { batch_id } = await made("--count", "2");
    const [link] = await linksOf(batch_id);
    const [pdf, png, svg] = ["a.pdf", "a.png", "a.svg"].map((name) => join(folder, name));
    expect((await cli("sheet", batch_id, pdf ?? "", "--paper", "letter", "--language", "fr")).code).toBe(0);
    expect((await readFile(pdf ?? "")).subarray(0, 5).toString()).toBe("%PDF-");
    const behind = await cli("sheet", batch_id, join(folder, "b.pdf"), "--from", "3");
    expect(behind).toMatchObject({ code: 1, note: expect.stringContaining("fewer than 3 links") });
    expect((await cli("qr", link?.session_id ?? "", png ?? "", "--format", "png")).code).toBe(0);
    expect((await readFile(png ?? "")).subarray(1, 4).toString()).toBe("PNG");
    expect((await cli("qr", link?.session_id ?? "", svg ?? "")).code).toBe(0);
    expect(await readFile(svg ?? "", "utf8")).toMatch(/^<svg/);
  });

  test("has its length beside it: SMS by segments, WhatsApp by characters", async () => {
    const { batch_id } = await made("--count", "1");
    expect((await cli("message", batch_id, "--language", "sw")).out).toMatch(/septets \(gsm7\), 1 SMS\n$/);
    expect((await cli("message", batch_id, "--language", "th")).out).toMatch(
      /16-bit units \(ucs2, because of .*\), 1 SMS/,
    );
    expect((await cli("message", batch_id, "--channel", "whatsapp")).out).toMatch(
      /\d+ characters; sent as SMS it would/,
    );
    expect((await cli("message", batch_id, "--text", "Hello")).note).toContain("no {link}");
  });

  test("names the last day that a link works to its end, or the minute on that day itself", async () => {
    const until = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
    const { batch_id } = await made("--count", "1", "--valid-until", until);
    const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
    const text = ["--text", "Until {until}: {link}", "--json"];
    const message = JSON.parse((await cli("message", batch_id, ...text)).out) as LinkMessage;
    expect(message.example).toContain(`Until ${day.format(Date.parse(until) - 1)}: http`);
    const soon = new Date(Date.now() + 120_000).toISOString().replace(/\.\d+/, "");
    const short = await made("--count", "1", "--valid-until", soon);
    // Two minutes before midnight, today is such a last day.
    const isNextDay = new Date(soon).getUTCDate() !== new Date().getUTCDate();
    const expected = isNextDay ? day.format(Date.now()) : `${soon.slice(11, 16)} UTC`;
    const { example } = JSON.parse((await cli("message", short.batch_id, ...text)).out) as LinkMessage;
    expect(example).toContain(`${expected}: http`);
  });
});
