import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { namedPopulation, readPopulation, type SimulationOrder } from "@tallystick/simulation";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { runCommand } from "../command.ts";
import { type SimulateOptions, simulateToFile } from "../simulate-file.ts";
import { simulateCommand } from "./simulate.ts";

/** Whole sessions, on a machine that may be busy. */
const LONG_MS = 60_000;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tallystick-simulate-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string): string => join(folder, name);

async function simulate(...argv: string[]) {
  const seen = { out: "", note: "" };
  const code = await runCommand(simulateCommand, argv, {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: () => Promise.reject(new Error("no database is needed")),
    openPlace: () => ({
      config: {} as never,
      log: {} as never,
      open: () => Promise.reject(new Error("no database is needed")),
    }),
  });
  return { code, ...seen };
}

function few(name: string, ...more: string[]): string[] {
  return ["--population", "mixed", "--sessions", "12", "--threads", "1", "--out", inFolder(name), ...more];
}

describe("simulate", { timeout: LONG_MS }, () => {
  test("writes a line for each session and needs no database", async () => {
    const done = await simulate(...few("a.csv", "--json"));
    expect([done.code, done.note]).toEqual([0, ""]);
    const text = readFileSync(inFolder("a.csv"), "utf8");
    expect(JSON.parse(done.out)).toEqual({
      file: inFolder("a.csv"),
      sessions: 12,
      asked: 12,
      population: "mixed",
      seed: "tallystick",
      battery: "standard-1",
      model: "standard-1.0",
      sha256: createHash("sha256").update(text).digest("hex"),
    });
    const [head, ...rows] = text.trimEnd().split("\n");
    expect(head?.split(",").slice(0, 3)).toEqual(["uid", "player", "group"]);
    expect(rows).toHaveLength(12);
    for (const row of rows) expect(row).toMatch(/^SIM-\d{7},/);
  });

  test("gives the same bytes for the same seed, others for another, and jsonl where the name says so", async () => {
    for (const [name, seed] of [
      ["a.jsonl", "one"],
      ["b.jsonl", "one"],
      ["c.jsonl", "two"],
    ]) {
      expect((await simulate(...few(name ?? "", "--seed", seed ?? ""))).code).toBe(0);
    }
    const [a, b, c] = ["a", "b", "c"].map((name) => readFileSync(inFolder(`${name}.jsonl`), "utf8"));
    expect(a).toBe(b);
    expect(a).not.toBe(c);
    expect(JSON.parse(a?.split("\n")[0] ?? "")).toMatchObject({ uid: "SIM-0000001", group: "all" });
  });

  test("refuses to overwrite a file unless it is told to", async () => {
    writeFileSync(inFolder("a.csv"), "precious");
    const refused = await simulate(...few("a.csv"));
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.note).toContain("exists already; give another name, or --force to overwrite it");
    expect(readFileSync(inFolder("a.csv"), "utf8")).toBe("precious");
    expect((await simulate(...few("a.csv", "--force"))).code).toBe(0);
    expect(readFileSync(inFolder("a.csv"), "utf8")).toMatch(/^uid,/);
  });

  test("plays a population out of a file, without the tasks that are switched off", async () => {
    const members = [{ player: "script", share: 1, group: "bots" }];
    writeFileSync(inFolder("bots.json"), JSON.stringify({ name: "bots", members }));
    const argv = ["--population", inFolder("bots.json"), "--sessions", "3", "--threads", "1", "--off", "cards,tower"];
    expect((await simulate(...argv, "--out", inFolder("bots.jsonl"))).code).toBe(0);
    const row = JSON.parse(readFileSync(inFolder("bots.jsonl"), "utf8").split("\n")[0] ?? "");
    expect(row).toMatchObject({ player: "script", group: "bots", confidence: "LOW" });
    expect(Object.keys(row.metrics).filter((name) => name.startsWith("cards"))).toEqual([]);
  });

  test.each([
    [["--population", "saints"], "--population takes honest, mixed, attack or the name of a .json file"],
    [["--out", "a.txt"], "--out takes a name that ends in .csv or .jsonl"],
    [["--sessions", "0"], "--sessions takes a whole number from 1 to 10000000"],
    [["--noise", "-1"], "--noise takes a number from 0 to 10"],
    [["--threads", "0"], "--threads takes a whole number from 1 to 64"],
    [["--battery", "standard-7"], "there is no battery standard-7"],
    [["--model", "standard-7"], "there is no model standard-7"],
    [["--off", "dice"], "battery standard-1 has no task dice"],
    [["--population", "missing.json"], "missing.json can not be read"],
  ])("%j is refused with its usage, and no file is made", async (argv, reason) => {
    const refused = await simulate(...few("a.csv"), ...argv);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.note).toContain(reason);
    expect(existsSync(inFolder("a.csv"))).toBe(false);
  });

  test.each([
    ["{", "is no JSON"],
    [JSON.stringify({ name: "x", members: [{ player: "honest", share: 0.5 }] }), "the shares add up to 0.5, not to 1"],
  ])("a population file with %s is refused by its name and its fault", async (text, reason) => {
    writeFileSync(inFolder("p.json"), text);
    const refused = await simulate(...few("a.csv"), "--population", inFolder("p.json"));
    expect(refused.code).toBe(2);
    expect(refused.note).toContain("p.json");
    expect(refused.note).toContain(reason);
  });
});

test("the guide's example is a population, and its table names every column", async () => {
  const guide = readFileSync(fileURLToPath(new URL("../../../../../docs/guides/simulate.md", import.meta.url)), "utf8");
  const example = /```json\n([\s\S]+?)```/.exec(guide)?.[1] ?? "";
  expect(readPopulation(JSON.parse(example))).toMatchObject({ name: "pilot", members: { length: 3 } });
  await simulate(...few("a.csv"));
  const [head = ""] = readFileSync(inFolder("a.csv"), "utf8").split("\n");
  const told = [...guide.matchAll(/^\| (`.+?) \| /gm)].flatMap(([, cells]) => (cells ?? "").match(/[^`, ]+/g) ?? []);
  for (const column of head.split(",")) {
    const [kind] = column.split(".");
    const names = [column, `${kind ?? ""}.<trait>`, column.includes(".") ? "<task>.<metric>" : ""];
    expect(
      told.some((name) => names.includes(name)),
      column,
    ).toBe(true);
  }
});

describe("the file", { timeout: LONG_MS }, () => {
  const order: SimulationOrder = {
    population: namedPopulation("mixed")!,
    seed: "file",
    noise: 1,
    setup: { battery: "standard-1" },
    format: "jsonl",
  };

  function options(name: string, change: Partial<SimulateOptions> = {}): SimulateOptions {
    return {
      order,
      sessions: 230,
      path: inFolder(name),
      force: false,
      threads: 1,
      workerFile: pathToFileURL(inFolder("worker.mjs")),
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...change,
    };
  }

  async function buildWorker(): Promise<void> {
    await build({
      entryPoints: [fileURLToPath(new URL("../simulate-worker.ts", import.meta.url))],
      outfile: inFolder("worker.mjs"),
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "silent",
    });
  }

  test("is the same to the byte whatever the number of threads", async () => {
    await buildWorker();
    const hashes: string[] = [];
    for (const threads of [1, 2, 3]) {
      const { written, sha256 } = await simulateToFile(options(`${threads}.jsonl`, { threads }));
      expect(written).toBe(230);
      hashes.push(sha256);
    }
    expect(new Set(hashes).size).toBe(1);
    expect(
      createHash("sha256")
        .update(readFileSync(inFolder("3.jsonl")))
        .digest("hex"),
    ).toBe(hashes[0]);
  });

  test.each([1, 2])("is valid and tells its length when the run is ended early, with %s threads", async (threads) => {
    await buildWorker();
    const interrupted = new AbortController();
    const { written } = await simulateToFile(
      options("cut.jsonl", {
        threads,
        sessions: 5_000,
        signal: interrupted.signal,
        onProgress: (done) => done >= 100 && interrupted.abort(),
      }),
    );
    expect(written).toBeGreaterThanOrEqual(100);
    expect(written).toBeLessThan(5_000);
    const text = readFileSync(inFolder("cut.jsonl"), "utf8");
    expect(text.endsWith("\n")).toBe(true);
    const rows = text.trimEnd().split("\n");
    expect(rows.map((row) => (JSON.parse(row) as { uid: string }).uid)).toEqual(
      Array.from({ length: written }, (_, index) => `SIM-${String(index + 1).padStart(7, "0")}`),
    );
  });

  test("several threads without a build are refused in words", async () => {
    await expect(simulateToFile(options("a.jsonl", { threads: 2 }))).rejects.toThrow("npm run build makes it");
    expect(existsSync(inFolder("a.jsonl"))).toBe(false);
  });
});
