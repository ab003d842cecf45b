import { userInfo } from "node:os";

/** The person or program at the other end of this process. */
export interface Terminal {
  /** A person reads along. */
  readonly isInteractive: boolean;
  /** Standard output: the answer. */
  out(text: string): void;
  /** Standard error: progress, notices, refusals. */
  note(text: string): void;
  readonly osUser: string;
}

export function processTerminal(): Terminal {
  return {
    isInteractive: process.stdout.isTTY,
    out: (text) => process.stdout.write(text),
    note: (text) => process.stderr.write(text),
    osUser: osUser(),
  };
}

/** Containers may run under a number that has no name. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
