import { readFile } from "node:fs/promises";

import { cliActor } from "../../features/audit/service.ts";
import { setEnvironment, setLogo } from "../../features/deployments/service.ts";
import { UsageError, type Command } from "../command.ts";
import { COMPANY_OPTION } from "./deployment.ts";
import { ENV_OPTION, kindTitle, namedEnvironment } from "./environment-option.ts";

const CLEARED = "none";

export const deploymentLogo: Command = {
  name: "deployment logo",
  summary: `Set the logo that applicants see, from a PNG or SVG file; "${CLEARED}" takes it away`,
  positionals: ["ID", "FILE"],
  options: { env: ENV_OPTION, company: COMPANY_OPTION },
  example: "npx tallystick deployment logo dep_01k9zq0000000000000000000a logo.png --env test",
  run: async (deps, args, io) => {
    const { companyId, deploymentId, kind } = await namedEnvironment(deps, args);
    const target = { companyId, deploymentId, kind, actor: cliActor(io.osUser) };
    const file = args.positionals[1] ?? "";
    if (file === CLEARED) {
      await setEnvironment(deps, { ...target, settings: { brand: { logo: null } } });
      return {
        json: { deployment_id: deploymentId, environment: kind, logo: null },
        text: `${kindTitle(kind)} has no logo.\n`,
      };
    }
    const logo = await setLogo(deps, { ...target, image: await readImage(file) });
    return {
      json: { deployment_id: deploymentId, environment: kind, logo },
      text: `${kindTitle(kind)} shows this logo of ${logo.width} × ${logo.height} pixels.\n`,
    };
  },
};

async function readImage(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new UsageError(`FILE can not be read: ${file} (${code})`);
  }
}
