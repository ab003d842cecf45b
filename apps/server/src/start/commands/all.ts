import type { AnyCommand } from "../command.ts";
import { peopleCommands } from "./people.ts";
import { teamCommands } from "./team.ts";
import { modelCommands } from "./model.ts";
import { outboxCommands } from "./outbox.ts";
import { deploymentKeysCommands } from "./deployment-keys.ts";
import { sessionCommands } from "./session.ts";
import { linksCommands } from "./links.ts";
import { traceCommands } from "./trace.ts";
import { reconcileCommands } from "./reconcile.ts";
import { webhookCommands } from "./webhook.ts";
import { goliveCommands } from "./golive.ts";
import { rescoreCommands } from "./rescore.ts";
import { resultsCommands } from "./results.ts";
import { listenCommand } from "./listen.ts";
import { auditCommands } from "./audit.ts";
import { retentionCommands } from "./retention.ts";
import { backupCommands } from "./backup.ts";
import { companyCreate, companyList } from "./company.ts";
import { deploymentSet } from "./deployment-set.ts";
import { deploymentCreate, deploymentList, deploymentShow } from "./deployment.ts";
import { migrateCommand } from "./migrate.ts";
import { simulateCommand } from "./simulate.ts";

/** In the order of the help. */
export const commands: readonly AnyCommand[] = [
  migrateCommand,
  companyCreate,
  companyList,
  deploymentCreate,
  deploymentList,
  deploymentShow,
  deploymentSet,
  ...peopleCommands,
  ...teamCommands,
  ...outboxCommands,
  ...deploymentKeysCommands,
  ...modelCommands,
  ...sessionCommands,
  ...linksCommands,
  ...webhookCommands,
  ...traceCommands,
  ...reconcileCommands,
  ...goliveCommands,
  ...rescoreCommands,
  ...resultsCommands,
  listenCommand,
  ...auditCommands,
  ...retentionCommands,
  ...backupCommands,
  simulateCommand,
];
