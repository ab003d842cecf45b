import type { Command } from "../command.ts";

export const goliveCommands: readonly Command[] = [];
