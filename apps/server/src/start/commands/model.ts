import { readFile } from "node:fs/promises";

import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import {
  contentHash,
  type Difference,
  differences,
  importModel,
  inOrder,
  listModels,
  type LoadedModel,
  loadModel,
  readArtefact,
} from "../../features/models/service.ts";
import type { Deps } from "../../infra/deps.ts";
import { UsageError, type Command, type CommandArgs } from "../command.ts";
import { COMPANY_OPTION } from "./deployment.ts";
import { saveLines } from "./save-lines.ts";
import { table } from "./table.ts";

const modelList: Command = {
  name: "model list",
  summary: "List the scoring models: those that come with the product and the company's own",
  positionals: [],
  options: { company: COMPANY_OPTION },
  example: "npx tallystick model list",
  run: async (deps, args) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const models = await listModels(deps.db, companyId);
    return { json: { models: models.map(summary) }, text: listText(models) };
  },
};

const modelShow: Command = {
  name: "model show",
  summary: "Show what a scoring model measures, weighs and doubts",
  positionals: ["VERSION"],
  options: { company: COMPANY_OPTION },
  example: "npx tallystick model show standard-1.0",
  run: async (deps, args) => {
    const model = await namedModel(deps, args, args.positionals[0] ?? "");
    return { json: { ...summary(model), document: model.artefact }, text: showText(model) };
  },
};

const modelDiff: Command = {
  name: "model diff",
  summary: "Show every place at which two scoring models differ; each is a version, or a file (./name.json)",
  positionals: ["FROM", "TO"],
  options: { company: COMPANY_OPTION },
  example: "npx tallystick model diff standard-1.0 ./our-model.json",
  run: async (deps, args) => {
    const [from = "", to = ""] = args.positionals;
    const [ours, theirs] = [await versionOrFile(deps, args, from), await versionOrFile(deps, args, to)];
    const found = differences(ours, theirs);
    return {
      json: {
        from: { version: ours.version, content_hash: contentHash(ours) },
        to: { version: theirs.version, content_hash: contentHash(theirs) },
        differences: found.map(({ path, from: was, to: is }) => ({ path, from: was ?? null, to: is ?? null })),
      },
      text: diffText(found),
    };
  },
};

const modelExport: Command = {
  name: "model export",
  summary: "Write a scoring model as the JSON document that `model import` takes",
  positionals: ["VERSION"],
  options: {
    out: { type: "string", value: "FILE", description: "a new file; default standard output" },
    company: COMPANY_OPTION,
  },
  example: "npx tallystick model export standard-1.0 --out our-model.json",
  run: async (deps, args) => {
    const model = await namedModel(deps, args, args.positionals[0] ?? "");
    const document = `${JSON.stringify(model.artefact, null, 2)}\n`;
    const out = args.text("out");
    if (out === undefined) return { json: model.artefact, text: document };
    const { bytes } = await saveLines(out, oneChunk(document));
    return {
      json: { ...summary(model), file: out, bytes },
      text: `${model.artefact.version} is in ${out}; content hash ${model.contentHash}.\n`,
    };
  },
};

const modelImport: Command = {
  name: "model import",
  summary: "Check and store a scoring model of your own; nothing uses it until an environment names its version",
  positionals: ["FILE"],
  options: { company: COMPANY_OPTION },
  example: "npx tallystick model import our-model.json",
  run: async (deps, args, io) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const text = await readText(args.positionals[0] ?? "");
    const model = await importModel(deps, { companyId, text, actor: cliActor(io.osUser) });
    const { version } = model.artefact;
    const next = `Use it with: tallystick deployment set ID --env test --model-version ${version}`;
    return {
      json: { ...summary(model), is_new: model.isNew },
      text: model.isNew
        ? `Stored ${version}, content hash ${model.contentHash}.\n${next}\n`
        : `${version} was there with this content already.\n`,
    };
  },
};

/** In the order of the help. */
export const modelCommands: readonly Command[] = [modelList, modelShow, modelDiff, modelExport, modelImport];

async function namedModel(deps: Deps, args: CommandArgs, version: string): Promise<LoadedModel> {
  const { companyId } = await resolveCompany(deps, args.text("company"));
  const model = await loadModel(deps.db, companyId, version);
  return { ...model, artefact: inOrder(model.artefact) };
}

/** A name with a slash or the ending .json is a file. */
async function versionOrFile(deps: Deps, args: CommandArgs, name: string): Promise<LoadedModel["artefact"]> {
  if (name.includes("/") || name.endsWith(".json")) return readArtefact(await readText(name));
  return (await namedModel(deps, args, name)).artefact;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new UsageError(`${file} can not be read (${code})`);
  }
}

async function* oneChunk(text: string): AsyncGenerator<string> {
  yield text;
}

function summary({ artefact, origin, contentHash: hash }: LoadedModel) {
  const { version, title, batteries, preview, calibrated, norms } = artefact;
  return { version, title: title ?? null, origin, content_hash: hash, batteries, preview, calibrated, norms };
}

function listText(models: readonly LoadedModel[]): string {
  return table(
    ["VERSION", "ORIGIN", "BATTERIES", "CALIBRATED", "NORMS", "CONTENT HASH"],
    models.map(({ artefact, origin, contentHash: hash }) => [
      artefact.version,
      origin,
      artefact.batteries.join(", "),
      artefact.calibrated ? "yes" : "no",
      artefact.norms,
      hash.slice(0, 16),
    ]),
    "",
  );
}

function showText({ artefact, origin, contentHash: hash }: LoadedModel): string {
  const { version, title, batteries, calibrated, norms, bandCutoffs, correlations } = artefact;
  const traits = table(
    ["TRAIT", "METRIC", "WEIGHT", "RELIABILITY", "NORM", "STATUS"],
    artefact.traits.map(({ key, metric, weight, reliability, norm }) => [
      key,
      metric,
      String(weight),
      String(reliability),
      `${norm.centre} ± ${norm.scale}`,
      norm.n === 0 ? norm.status : `${norm.status}, n ${norm.n}`,
    ]),
    "",
  );
  const signals = table(
    ["SIGNAL", "WEIGHT", "FROM", "FULL AT"],
    Object.entries(artefact.signals).map(([key, { weight, from, span }]) => [
      key,
      String(weight),
      String(from),
      String(Number((from + span).toFixed(6))),
    ]),
    "It doubts nothing.",
  );
  return [
    `${version}${title === undefined ? "" : `: ${title}`}`,
    `${origin}, for ${batteries.join(", ")}; ${calibrated ? "calibrated on repayments" : "not calibrated on repayments"}; norms ${norms}`,
    `content hash ${hash}`,
    `bands from ${bandCutoffs.join(", ")}; correlations ${correlations.map(({ a, b, rho }) => `${a}~${b} ${rho}`).join(", ") || "none"}`,
    "",
    traits,
    signals,
  ].join("\n");
}

function diffText(found: readonly Difference[]): string {
  const shown = (value: unknown): string => (value === undefined ? "–" : JSON.stringify(value));
  return table(
    ["WHERE", "FROM", "TO"],
    found.map(({ path, from, to }) => [path, shown(from), shown(to)]),
    "The two are equal.",
  );
}
