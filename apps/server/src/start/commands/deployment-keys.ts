import type { Command } from "../command.ts";
import { deploymentCopy, deploymentHistory } from "./deployment-history.ts";
import { deploymentArchive, deploymentRename, deploymentUnarchive } from "./deployment-life.ts";
import { deploymentLogo } from "./deployment-logo.ts";
import { kekRotate, kekStatus } from "./kek.ts";
import { keyList, keyRevoke, keyRotate, keyShow } from "./keys.ts";

export const deploymentKeysCommands: readonly Command[] = [
  deploymentRename,
  deploymentArchive,
  deploymentUnarchive,
  deploymentHistory,
  deploymentCopy,
  deploymentLogo,
  keyList,
  keyShow,
  keyRotate,
  keyRevoke,
  kekStatus,
  kekRotate,
];
