import type { Command } from "../command.ts";

export const deploymentKeysCommands: readonly Command[] = [];
