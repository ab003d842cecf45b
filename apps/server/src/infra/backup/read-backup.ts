import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { StartRefused } from "../start-refused.ts";
import { CHUNK_BYTES } from "./copy.ts";
import { explainFile } from "./explain-file.ts";
import {
  chunkName,
  manifestSchema,
  MANIFEST,
  MANIFEST_SUM,
  README,
  type BackedUpTable,
  type Manifest,
} from "./manifest.ts";
import { BrokenArchive, readTar, type Member } from "./tar.ts";

// A row alone may be longer than a chunk, but no column of ours holds more than a few megabytes.
const LARGEST_CHUNK_BYTES = CHUNK_BYTES + 64 * 1024 * 1024;
const decompress = promisify(gunzip);

/** Reads every byte and compares it with the manifest. Throws StartRefused that says what is wrong with the file. */
export async function verifyBackup(path: string): Promise<Manifest> {
  return withFile(path, async (file) => {
    const found = new Map<string, Sum>();
    let manifest: Buffer | null = null;
    let sum: string | null = null;
    for await (const member of readTar(file)) {
      const table = tableOf(member);
      if (table !== null) addChunk(found, table, await unpacked(member));
      else if (member.name === MANIFEST) manifest = member.content;
      else if (member.name === MANIFEST_SUM) sum = member.content.toString("utf8");
      else if (member.name !== README) throw new BrokenArchive(`It holds ${member.name}, which no backup has.`);
    }
    const read = readManifest(manifest, sum);
    compare(read, found);
    return read;
  });
}

/** The rows of a verified backup, table after table as they stand in the manifest. Every chunk is compared once more. */
export async function eachTable(
  path: string,
  manifest: Manifest,
  load: (table: BackedUpTable, chunks: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  await withFile(path, async (file) => {
    const members = readTar(file);
    for (const table of manifest.tables) await load(table, chunksOf(members, table));
    await members.return(undefined);
  });
}

async function* chunksOf(members: AsyncGenerator<Member>, table: BackedUpTable): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  for (let chunk = 1; chunk <= table.chunks;) {
    const next = await members.next();
    if (next.done === true) throw new BrokenArchive("It was changed while it was being read.");
    const member: Member = next.value;
    if (member.name === README) continue;
    if (member.name !== chunkName(table.name, chunk)) throw new BrokenArchive(`It lacks a part of ${table.name}.`);
    const content = await unpacked(member);
    hash.update(content);
    yield content;
    chunk += 1;
  }
  if (hash.digest("hex") !== table.sha256) throw new BrokenArchive(`The rows of ${table.name} were changed.`);
}

interface Sum {
  readonly hash: ReturnType<typeof createHash>;
  bytes: number;
  chunks: number;
}

function addChunk(found: Map<string, Sum>, table: { readonly name: string; readonly chunk: string }, content: Buffer) {
  const sum = found.get(table.name) ?? { hash: createHash("sha256"), bytes: 0, chunks: 0 };
  found.set(table.name, sum);
  sum.chunks += 1;
  if (chunkName(table.name, sum.chunks) !== table.chunk) throw new BrokenArchive(`It lacks a part of ${table.name}.`);
  sum.hash.update(content);
  sum.bytes += content.length;
}

function compare(manifest: Manifest, found: ReadonlyMap<string, Sum>): void {
  const known = new Set(manifest.tables.map(({ name }) => name));
  for (const name of found.keys()) if (!known.has(name)) throw new BrokenArchive(`Its list does not name ${name}.`);
  for (const table of manifest.tables) {
    const sum = found.get(table.name) ?? { hash: createHash("sha256"), bytes: 0, chunks: 0 };
    if (sum.chunks !== table.chunks) throw new BrokenArchive(`It lacks a part of ${table.name}.`);
    if (sum.bytes !== table.bytes || sum.hash.digest("hex") !== table.sha256) {
      throw new BrokenArchive(`The rows of ${table.name} were changed.`);
    }
  }
}

function readManifest(manifest: Buffer | null, sum: string | null): Manifest {
  if (manifest === null || sum === null) throw new BrokenArchive("Its list of contents is missing: it was cut off.");
  if (sum !== `${createHash("sha256").update(manifest).digest("hex")}  ${MANIFEST}\n`) {
    throw new BrokenArchive("Its list of contents was changed.");
  }
  const value = JSON.parse(manifest.toString("utf8")) as { readonly format?: unknown };
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BrokenArchive(
    `This release does not know its form (${String(value.format)}); use the release that made it.`,
  );
}

function tableOf({ name }: Member): { readonly name: string; readonly chunk: string } | null {
  const match = /^data\/([a-z][a-z0-9_]*)\.\d{6}\.copy\.gz$/.exec(name);
  return match?.[1] === undefined ? null : { name: match[1], chunk: name };
}

async function unpacked({ name, content }: Member): Promise<Buffer> {
  try {
    return await decompress(content, { maxOutputLength: LARGEST_CHUNK_BYTES });
  } catch (error) {
    throw new BrokenArchive(`${name} can not be unpacked: it was changed.`, { cause: error });
  }
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw explainFile(error, path);
  });
  try {
    return await work(file);
  } catch (error) {
    if (!(error instanceof BrokenArchive)) throw explainFile(error, path);
    throw new StartRefused(`${path} is no whole backup. ${error.message}`, { cause: error });
  } finally {
    await file.close();
  }
}
