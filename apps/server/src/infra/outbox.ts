import { randomBytes } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Mail } from "./mail-message.ts";

/** A mail that was kept because no mail server is set. */
export interface KeptMail extends Mail {
  /** Name of its file, in the order of writing. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly keptAt: string;
}

/** Links in mails live a day; what nobody has read after this is of no use to anybody but a thief. */
const KEPT_DAYS = 7;
const FILE = /^(\d{8}T\d{9}Z-[0-9a-f]{8})\.json$/;

/** Writes the mail whole or not at all, readable by the server's own user only, and drops those older than 7 days. */
export async function putInOutbox(dataDir: string, mail: Mail, now: Date = new Date()): Promise<void> {
  const folder = folderOf(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await dropOld(folder, now);
  const keptAt = now.toISOString();
  const id = `${keptAt.replace(/[-:.]/g, "")}-${randomBytes(4).toString("hex")}`;
  const path = join(folder, `${id}.json`);
  await writeFile(`${path}.part`, JSON.stringify({ keptAt, ...mail }, null, 2), { mode: 0o600, flag: "wx" });
  await rename(`${path}.part`, path);
}

/** Oldest first. A folder that is not there holds nothing. */
export async function listOutbox(dataDir: string): Promise<readonly KeptMail[]> {
  const ids = await idsIn(folderOf(dataDir));
  const mails = await Promise.all(ids.map((id) => readKept(dataDir, id)));
  return mails.filter((mail) => mail !== null);
}

/** `last` is the newest. null: there is none of this name. */
export async function findInOutbox(dataDir: string, wish: string): Promise<KeptMail | null> {
  const ids = await idsIn(folderOf(dataDir));
  const id = wish === "last" ? ids.at(-1) : ids.find((candidate) => candidate === wish);
  return id === undefined ? null : readKept(dataDir, id);
}

async function readKept(dataDir: string, id: string): Promise<KeptMail | null> {
  try {
    const kept = JSON.parse(await readFile(join(folderOf(dataDir), `${id}.json`), "utf8")) as Omit<KeptMail, "id">;
    return { id, ...kept };
  } catch (error) {
    if (isMissing(error)) return null; // dropped between listing and reading
    throw error;
  }
}

async function dropOld(folder: string, now: Date): Promise<void> {
  const oldest = new Date(now.getTime() - KEPT_DAYS * 86_400_000).toISOString().replace(/[-:.]/g, "");
  const old = (await idsIn(folder)).filter((id) => id < oldest);
  await Promise.all(old.map((id) => rm(join(folder, `${id}.json`), { force: true })));
}

async function idsIn(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names.flatMap((name) => FILE.exec(name)?.[1] ?? []).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function folderOf(dataDir: string): string {
  return join(dataDir, "outbox");
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
