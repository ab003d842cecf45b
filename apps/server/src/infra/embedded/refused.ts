import { StartRefused } from "../start-refused.ts";

/** What a person can do about a failed file operation, by its code. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full",
  EDQUOT: "The disk quota is used up",
  EACCES: "There is no permission to write",
  EPERM: "There is no permission to write",
  EROFS: "The disk is read-only",
  ENOTDIR: "Something in this path is no folder",
  EEXIST: "Something in this path is no folder",
};

/** Turns a failed file operation into words; anything else is thrown on as it is. */
export function explain(error: unknown, path: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const meaning = MEANINGS[code];
  if (meaning === undefined) return error;
  return new StartRefused(
    `${meaning}: ${path}. Make room or give access, or name another data folder with TALLYSTICK_DATA.`,
    { cause: error },
  );
}

/** The same for what PostgreSQL's own programs print. */
export function explainOutput(output: string, path: string): StartRefused | null {
  if (/No space left on device|Disk quota exceeded/i.test(output)) {
    return new StartRefused(
      `The disk is full: ${path}. Make room, or name another data folder with TALLYSTICK_DATA. Nothing that was acknowledged is lost.`,
    );
  }
  if (/Permission denied|Operation not permitted|Read-only file system/i.test(output)) {
    return new StartRefused(`PostgreSQL has no permission to write in ${path}. Give access, or set TALLYSTICK_DATA.`);
  }
  return null;
}
