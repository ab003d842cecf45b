import type { Command } from "../command.ts";

export const retentionCommands: readonly Command[] = [];
