import type { Command } from "../command.ts";

export const reconcileCommands: readonly Command[] = [];
