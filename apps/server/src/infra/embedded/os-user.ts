import { execFile } from "node:child_process";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { Logger } from "../logger.ts";
import { StartRefused } from "../start-refused.ts";

const run = promisify(execFile);

/** PostgreSQL refuses to run as root, so root lends it one of these. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * null: not root, PostgreSQL runs as the user who started the program. As root: an own user `tallystick` (created when
 * the system can), else Debian's `postgres`, else `nobody`, whom other programs may use too.
 */
export async function chooseOsUser(log: Logger): Promise<OsUser | null> {
  if (process.getuid?.() !== 0) return null;
  const own = findOsUser("tallystick") ?? findOsUser("postgres") ?? (await createOsUser());
  if (own !== null) return own;
  const nobody = findOsUser("nobody");
  if (nobody === null) {
    throw new StartRefused(
      "PostgreSQL does not run as root and no other user could be made. Start Tallystick as an ordinary user.",
    );
  }
  log.warn("The embedded database runs as the user nobody; an own user named tallystick would be safer");
  return nobody;
}

export function findOsUser(name: string, passwd = readPasswd()): OsUser | null {
  for (const line of passwd.split("\n")) {
    const [user, , uid, gid] = line.split(":");
    if (user === name && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

function readPasswd(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch {
    return "";
  }
}

const CREATE_COMMANDS: readonly (readonly [string, readonly string[]])[] = [
  ["useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "tallystick"]],
  ["adduser", ["-S", "-D", "-H", "-s", "/sbin/nologin", "tallystick"]], // Alpine's
];

async function createOsUser(): Promise<OsUser | null> {
  for (const [command, parameters] of CREATE_COMMANDS) {
    await run(command, [...parameters]).catch(() => undefined);
    const user = findOsUser("tallystick");
    if (user !== null) return user;
  }
  return null;
}

/** True when the mode bits let the user walk down to `path`. Access lists are not read: then a copy is made in vain. */
export function canReach(path: string, user: OsUser): boolean {
  let folder = realpathSync(path);
  for (;;) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    const parent = dirname(folder);
    if (parent === folder) return true;
    folder = parent;
  }
}
