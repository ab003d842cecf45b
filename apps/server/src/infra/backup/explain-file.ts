import { StartRefused } from "../start-refused.ts";

const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full",
  EDQUOT: "The disk quota is used up",
  EACCES: "There is no permission",
  EPERM: "There is no permission",
  EROFS: "The disk is read-only",
  ENOENT: "There is no such file",
  ENOTDIR: "Something in this path is no folder",
  EEXIST: "Something in this path is no folder",
  EISDIR: "This is a folder, not a file",
};

/** Turns a failed operation on a backup's file into words; anything else is thrown on as it is. */
export function explainFile(error: unknown, file: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const meaning = MEANINGS[code];
  return meaning === undefined ? error : new StartRefused(`${meaning}: ${file}`, { cause: error });
}
