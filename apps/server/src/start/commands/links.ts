import type { Command } from "../command.ts";

export const linksCommands: readonly Command[] = [];
