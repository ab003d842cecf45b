import type { Command } from "../command.ts";

export const peopleCommands: readonly Command[] = [];
