import type { Command } from "../command.ts";
import { companyCreate, companyList } from "./company.ts";
import { deploymentSet } from "./deployment-set.ts";
import { deploymentCreate, deploymentList, deploymentShow } from "./deployment.ts";
import { migrateCommand } from "./migrate.ts";

/** In the order of the help. */
export const commands: readonly Command[] = [
  migrateCommand,
  companyCreate,
  companyList,
  deploymentCreate,
  deploymentList,
  deploymentShow,
  deploymentSet,
];
