import { describe, expect, test } from "vitest";

import { fail } from "../infra/errors.ts";
import { helpText, runCommand, suggest, type Command } from "./command.ts";
import { commands } from "./commands/all.ts";

const greet: Command = {
  name: "greet",
  summary: "Greet somebody",
  positionals: ["WHO"],
  options: {
    tone: { type: "string", value: "WORD", description: "friendly or cold", required: true },
    loudly: { type: "boolean", description: "in capitals" },
  },
  example: "tallystick greet Ana --tone friendly",
  run: async (_deps, args) => {
    const [who = ""] = args.positionals;
    if (who === "nobody") throw fail("not_found", "Nobody is here.");
    const text = `${args.text("tone") ?? ""} ${args.flag("loudly") ? who.toUpperCase() : who}`;
    return { json: { text }, text: `${text}\n` };
  },
};

async function run(...argv: string[]) {
  const seen = { out: "", note: "", opened: 0, closed: 0 };
  const code = await runCommand(greet, argv, {
    io: { out: (text) => (seen.out += text), note: (text) => (seen.note += text), osUser: "ana" },
    openDeps: async () => {
      seen.opened += 1;
      // The command under test never looks at it.
      return { deps: {} as never, close: async () => void (seen.closed += 1) };
    },
  });
  return { code, ...seen };
}

describe("a command", () => {
  test("prints its text, or with --json exactly one document", async () => {
    expect(await run("Ana", "--tone", "cold")).toMatchObject({ code: 0, out: "cold Ana\n", note: "", closed: 1 });
    const json = await run("Ana", "--tone=cold", "--json", "--loudly");
    expect([json.code, JSON.parse(json.out)]).toEqual([0, { text: "cold ANA" }]);
  });

  test("shows its help without opening a database", async () => {
    for (const flag of ["--help", "-h"]) {
      const help = await run(flag);
      expect(help).toMatchObject({ code: 0, opened: 0, note: "" });
      expect(help.out).toBe(helpText(greet));
    }
  });

  test("that fails says why on stderr, ends with 1 and closes what it opened", async () => {
    expect(await run("nobody", "--tone", "cold", "--json")).toMatchObject({
      code: 1,
      out: "",
      note: "Nobody is here.\n",
      closed: 1,
    });
  });

  test.each([
    [["Ana"], "--tone is missing: friendly or cold"],
    [["--tone", "cold"], "WHO is missing"],
    [["Ana", "Bea", "--tone", "cold"], '"Bea" is one word too many; only WHO is taken'],
    [["Ana", "--tome", "cold"], "There is no option --tome; did you mean --tone?"],
    [["Ana", "--frobnicate"], "There is no option --frobnicate"],
    [["Ana", "--tone"], "--tone needs a value (WORD)"],
    [["Ana", "--tone", "--json"], "--tone needs a value (WORD)"],
    [["Ana", "--tone", "cold", "--loudly=yes"], "--loudly takes no value"],
  ])("refuses %j with exit code 2, its usage and no database", async (argv, reason) => {
    const refused = await run(...argv);
    expect(refused).toMatchObject({ code: 2, out: "", opened: 0 });
    expect(refused.note).toBe(
      `${reason}\nUsage: tallystick greet WHO --tone WORD [options]\nSee: tallystick greet --help\n`,
    );
  });
});

test("the usage names a required flag without a value, because it takes none", () => {
  const options = { sure: { type: "boolean", description: "it is meant", required: true } } as const;
  expect(helpText({ ...greet, options })).toContain("Usage: tallystick greet WHO --sure [options]\n");
});

test("the nearest word is suggested only when it is near", () => {
  expect(suggest("deploymnet list", ["deployment list", "company list"])).toBe("deployment list");
  expect(suggest("frobnicate", ["deployment list", "company list"])).toBeUndefined();
});

test.each(commands.map((command) => [command.name, command] as const))(
  "the help of %s has a summary, every option and an example",
  (_name, command) => {
    const help = helpText(command);
    expect(command.example).toContain(`tallystick ${command.name}`);
    for (const option of Object.keys(command.options)) expect(help).toContain(`--${option}`);
    expect(help.split("\n").every((line) => line.length <= 160)).toBe(true);
  },
);
