import { cliActor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import { archiveDeployment, renameDeployment, unarchiveDeployment } from "../../features/deployments/service.ts";
import type { Deps } from "../../infra/deps.ts";
import type { Command, CommandArgs, CommandIo } from "../command.ts";
import { COMPANY_OPTION } from "./deployment.ts";

const ID = "dep_01k9zq0000000000000000000a";

export const deploymentRename: Command = {
  name: "deployment rename",
  summary: "Give a deployment another name; ids and keys stay",
  positionals: ["ID"],
  options: {
    name: { type: "string", value: "NAME", description: "the new name", required: true },
    company: COMPANY_OPTION,
  },
  example: `npx tallystick deployment rename ${ID} --name "Salary advance"`,
  run: async (deps, args, io) => {
    const target = await targetOf(deps, args, io);
    const { name, advice } = await renameDeployment(deps, { ...target, name: args.text("name") ?? "" });
    for (const { detail } of advice) io.note(`Advice: ${detail}\n`);
    return {
      json: { company_id: target.companyId, deployment_id: target.deploymentId, name, advice },
      text: `${target.deploymentId} is now called "${name}".\n`,
    };
  },
};

export const deploymentArchive: Command = {
  name: "deployment archive",
  summary: "Let a deployment take no new sessions; open journeys end as usual and results stay",
  positionals: ["ID"],
  options: { company: COMPANY_OPTION },
  example: `npx tallystick deployment archive ${ID}`,
  run: async (deps, args, io) => {
    const target = await targetOf(deps, args, io);
    const { archivedAt } = await archiveDeployment(deps, target);
    return answer(target, archivedAt, "is archived: new sessions are refused, open journeys can be finished");
  },
};

export const deploymentUnarchive: Command = {
  name: "deployment unarchive",
  summary: "Let an archived deployment take new sessions again",
  positionals: ["ID"],
  options: { company: COMPANY_OPTION },
  example: `npx tallystick deployment unarchive ${ID}`,
  run: async (deps, args, io) => {
    const target = await targetOf(deps, args, io);
    const { archivedAt } = await unarchiveDeployment(deps, target);
    return answer(target, archivedAt, "takes new sessions again, with the same ids and keys");
  },
};

async function targetOf(deps: Deps, args: CommandArgs, io: CommandIo) {
  const { companyId } = await resolveCompany(deps, args.text("company"));
  return { companyId, deploymentId: args.positionals[0] ?? "", actor: cliActor(io.osUser) };
}

function answer(
  target: { readonly companyId: string; readonly deploymentId: string },
  archivedAt: Date | null,
  text: string,
) {
  return {
    json: {
      company_id: target.companyId,
      deployment_id: target.deploymentId,
      archived_at: archivedAt?.toISOString() ?? null,
    },
    text: `${target.deploymentId} ${text}.\n`,
  };
}
