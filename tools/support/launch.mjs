// From a clone to a running program, in one process: what npm started is what a Ctrl-C reaches.
import { accessSync, constants } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { ensureBuilt } from "../build.mjs";
import { ensureInstalled } from "./prerequisites.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const say = (text) => process.stderr.write(`${text}\n`);

/** Resolves to the exit code. Progress goes to standard error; standard output belongs to the program. */
export async function launch(parameters) {
  try {
    await ensureInstalled({ root, say });
    await ensureBuilt({ root, say });
  } catch (error) {
    say(explain(error));
    return 1;
  }
  const { main } = await import(join(root, "apps/server/dist/main.mjs"));
  return main(parameters);
}

function explain(error) {
  const text = error instanceof Error ? error.message : String(error);
  if (/ENOSPC|EDQUOT|no space left/i.test(text))
    return `The disk is full: make room where ${root} lies, then run this again.\n${text}`;
  if (/EACCES|EPERM|EROFS/.test(text) || !isWritable()) {
    return `There is no permission to write in ${root}. Own the folder (or clone it again as this user), then run this again.\n${text}`;
  }
  return text;
}

function isWritable() {
  try {
    accessSync(root, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
