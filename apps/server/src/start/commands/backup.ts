import type { Command } from "../command.ts";

export const backupCommands: readonly Command[] = [];
