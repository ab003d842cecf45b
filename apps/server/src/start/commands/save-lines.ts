import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

import { UsageError } from "../command.ts";

export interface Saved {
  readonly bytes: number;
  /** Of the whole file, so that who receives it can tell that it is this one. */
  readonly sha256: string;
}

/**
 * Writes a file of one's own (0600) as its content arrives; it carries its name only once it is whole. Throws UsageError
 * when there is a file of this name already.
 */
export async function saveLines(path: string, chunks: AsyncIterable<string | Uint8Array>): Promise<Saved> {
  const hash = createHash("sha256");
  let bytes = 0;
  const partPath = `${path}.part`;
  await refuseExisting(path);
  const file = await open(partPath, "w", 0o600).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      const data = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      bytes += (await file.write(data)).bytesWritten;
    }
    await file.sync();
    await file.close();
    await rename(partPath, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partPath, { force: true });
    throw error;
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function refuseExisting(path: string): Promise<void> {
  const found = await open(path, "r").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw unwritable(path, error);
  });
  if (found === null) return;
  await found.close();
  throw new UsageError(`${path} exists already; give another name`);
}

function unwritable(path: string, error: unknown): UsageError {
  const reason = error instanceof Error ? error.message.replace(/, open .*$/, "") : String(error);
  return new UsageError(`${path} can not be written: ${reason}`);
}
