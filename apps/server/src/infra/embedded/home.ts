import { randomBytes } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { canReach, type OsUser } from "./os-user.ts";
import { StartRefused } from "../start-refused.ts";
import { explain } from "./refused.ts";

/** PostgreSQL's own corner of the data folder: `data/`, the socket's folder, its log and perhaps copied binaries. */
export interface Home {
  readonly folder: string;
  readonly data: string;
  readonly log: string;
}

const AWAY = "/var/lib/tallystick";

/**
 * `<dataDir>/postgres`, or, where another OS user has to run PostgreSQL and can not reach that, a folder under
 * /var/lib/tallystick to which `<dataDir>/postgres` then points.
 */
export async function prepareHome(dataDir: string, user: OsUser | null): Promise<Home> {
  const place = join(dataDir, "postgres");
  try {
    await mkdir(dataDir, { recursive: true, mode: user === null ? 0o700 : 0o711 });
    if (user !== null) await letPass(dataDir);
    if (!existsSync(place)) await createHome(dataDir, place, user);
    const folder = realpathSync(place);
    await own(folder, user);
    return { folder, data: join(folder, "data"), log: join(folder, "postgres.log") };
  } catch (error) {
    throw explain(error, dataDir);
  }
}

/** Others may walk through the data folder but not look inside; everything of value in it has 0600 or 0700. */
async function letPass(dataDir: string): Promise<void> {
  const { mode } = await stat(dataDir);
  if ((mode & 0o011) !== 0o011) await chmod(dataDir, (mode & 0o7777) | 0o011);
}

async function createHome(dataDir: string, place: string, user: OsUser | null): Promise<void> {
  if (user === null || canReach(dataDir, user)) {
    await mkdir(place, { recursive: true, mode: 0o700 });
    return;
  }
  const away = join(AWAY, randomBytes(8).toString("hex"));
  await mkdir(away, { recursive: true, mode: 0o711 });
  // Whoever deletes the data folder leaves this behind: it says whose it was.
  await writeFile(join(away, "belongs-to"), `${dataDir}\n`, { mode: 0o600 });
  await symlink(away, place);
}

async function own(folder: string, user: OsUser | null): Promise<void> {
  await chmod(folder, 0o700);
  if (user !== null) await chown(folder, user.uid, user.gid);
}

// sun_path holds 104 bytes on macOS and 108 on Linux, with the closing zero.
const LONGEST_SOCKET_PATH = 103;
export const SOCKET_NAME = ".s.PGSQL.5432";

export interface SocketFolder {
  readonly folder: string;
  /** To be removed at the end. */
  readonly temporary: boolean;
}

/** A folder only the owner may enter: it is what guards the database, for the socket itself asks no password. */
export async function prepareSocketFolder(home: Home, user: OsUser | null): Promise<SocketFolder> {
  const inside = join(home.folder, "run");
  if (Buffer.byteLength(join(inside, SOCKET_NAME)) <= LONGEST_SOCKET_PATH) {
    await mkdir(inside, { recursive: true, mode: 0o700 });
    await own(inside, user);
    return { folder: inside, temporary: false };
  }
  for (const base of new Set([tmpdir(), "/tmp"])) {
    const folder = await mkdtemp(join(base, "tallystick-")).catch(() => null);
    if (folder === null) continue;
    await own(folder, user);
    const fits = Buffer.byteLength(join(folder, SOCKET_NAME)) <= LONGEST_SOCKET_PATH;
    if (fits && (user === null || canReach(dirname(folder), user))) return { folder, temporary: true };
  }
  throw new StartRefused(
    `No folder was found whose path is short enough for PostgreSQL's socket. Name a shorter data folder with TALLYSTICK_DATA.`,
  );
}

/** null: nothing there yet. Throws StartRefused when another major version of PostgreSQL made the files. */
export async function checkMajor(home: Home, major: string): Promise<"new" | "ready"> {
  const found = await readFile(join(home.data, "PG_VERSION"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (found === null) return "new";
  if (found.trim() === major) return "ready";
  throw new StartRefused(
    `The data folder was made by PostgreSQL ${found.trim()}, this release brings PostgreSQL ${major}, which can not read it. ` +
      `Start the release that made it, copy the data out, and restore it into a new folder; or name another folder with TALLYSTICK_DATA. Nothing was changed in ${home.data}.`,
  );
}
