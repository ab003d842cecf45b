import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createLender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { runCommand } from "../command.ts";
import { modelCommands } from "./model.ts";

let store: TestDeps;
let folder: string;
beforeAll(async () => {
  store = await testDeps();
  await createLender(store.deps);
  folder = mkdtempSync(join(tmpdir(), "tallystick-models-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await store.close();
});

async function model(name: "list" | "show" | "diff" | "export" | "import", ...argv: string[]) {
  const command = modelCommands.find((each) => each.name === `model ${name}`);
  if (command === undefined) throw new Error("no such command");
  const seen = { out: "", note: "" };
  const code = await runCommand(command, argv, {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: () => Promise.resolve({ deps: store.deps, close: () => Promise.resolve() }),
  });
  return { code, ...seen };
}

test("what is exported, changed and imported differs from its origin in exactly that place", async () => {
  const file = join(folder, "ours.json");
  expect(await model("export", "standard-1.0", "--out", file)).toMatchObject({ code: 0, note: "" });
  const text = readFileSync(file, "utf8");
  expect((await model("export", "standard-1.0")).out).toBe(text);
  expect(await model("export", "standard-1.0", "--out", file)).toMatchObject({ code: 2 });

  const changed = join(folder, "changed.json");
  const own = text.replace('"standard-1.0"', '"ours-1.0"').replace('"reliability": 0.76', '"reliability": 0.8');
  writeFileSync(changed, own);
  const imported = await model("import", changed);
  expect(imported.out).toContain("Stored ours-1.0");
  expect(imported.out).toContain("--model-version ours-1.0");
  expect((await model("import", changed)).out).toContain("was there with this content already");

  const found = JSON.parse((await model("diff", "standard-1.0", "ours-1.0", "--json")).out);
  expect(found.differences).toEqual([
    { path: "version", from: "standard-1.0", to: "ours-1.0" },
    { path: "traits.patience.reliability", from: 0.76, to: 0.8 },
  ]);
  expect((await model("diff", "ours-1.0", changed)).out).toBe("The two are equal.\n");
});

test("list and show name the version, its origin and what the score rests on", async () => {
  expect((await model("list")).out).toMatch(/standard-1\.0 +shipped +standard-1, extended-1 +no +provisional/);
  const { out } = await model("show", "standard-1.0");
  expect(out).toContain("not calibrated on repayments; norms provisional");
  expect(out).toMatch(/self_control +statements\.self_control +1 +0\.75 +3\.7 ± 0\.8 +assumed/);
  expect(out).toMatch(/regular_timing +0\.4 +0\.075 +0\.045/);
});

test("what is not there is said with the way on", async () => {
  expect(await model("show", "standard-9")).toMatchObject({
    code: 1,
    out: "",
    note: expect.stringContaining('There is no model "standard-9"; there are preview-1.0'),
  });
  expect(await model("import", join(folder, "none.json"))).toMatchObject({ code: 2 });
});
