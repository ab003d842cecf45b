import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createLender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import type { Manifest } from "./manifest.ts";
import { verifyBackup } from "./read-backup.ts";
import { takeBackup } from "./take-backup.ts";
import { folder } from "./testing/worlds.ts";

let store: TestDeps;
let place: Awaited<ReturnType<typeof folder>>;
let whole: Buffer;
let manifest: Manifest;

beforeAll(async () => {
  store = await testDeps();
  place = await folder();
  await createLender(store.deps);
  const taken = await takeBackup(store.connection, { target: place.path });
  whole = await readFile(taken.file);
  manifest = taken.manifest;
});
afterAll(async () => {
  await place.remove();
  await store.close();
});

async function verify(content: Buffer): Promise<Manifest> {
  const file = join(place.path, "damaged.tar");
  await writeFile(file, content);
  return verifyBackup(file);
}

test("no file that was cut off anywhere passes for whole", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
      await expect(verify(whole.subarray(0, length))).rejects.toThrow(/is no whole backup/);
    }),
    { numRuns: 150 },
  );
});

test("a changed byte is found, or changed nothing that counts", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ bits;
      // Padding, the note for readers, a time in a header of gzip: the sums below still cover every row.
      const read = await verify(changed).catch((error: unknown) => String(error));
      if (typeof read === "string") expect(read).toMatch(/is no whole backup/);
      else expect(read).toEqual(manifest);
    }),
    { numRuns: 300 },
  );
});

test("a part left out, put twice or exchanged with another is found", async () => {
  const members = membersOf(whole);
  const data = members.filter(({ name }) => name.startsWith("data/"));
  expect(data.length).toBeGreaterThan(8);
  for (const [index, member] of data.entries()) {
    const others = members.filter((other) => other !== member);
    await expect(verify(joined(others))).rejects.toThrow(/lacks a part|were changed/);
    await expect(verify(joined([...members.slice(0, index + 1), member, ...members.slice(index + 1)]))).rejects.toThrow(
      /lacks a part|were changed/,
    );
  }
});

test("something that is no backup is called so", async () => {
  await expect(verify(Buffer.alloc(4096, 65))).rejects.toThrow(/is no backup of Tallystick/);
  await expect(verify(Buffer.alloc(0))).rejects.toThrow(/cut off/);
  await expect(verifyBackup(join(place.path, "nothing.tar"))).rejects.toThrow(/There is no such file/);
  await expect(verifyBackup(place.path)).rejects.toThrow(/folder/);
});

interface Part {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Cuts an archive into its members, by the sizes in its headers. */
function membersOf(archive: Buffer): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; archive[at] !== 0;) {
    const size = Number.parseInt(archive.toString("latin1", at + 124, at + 135), 8);
    const end = at + 512 + Math.ceil(size / 512) * 512;
    parts.push({
      name: archive.toString("latin1", at, at + 100).replace(/\0+$/, ""),
      bytes: archive.subarray(at, end),
    });
    at = end;
  }
  return parts;
}

function joined(parts: readonly Part[]): Buffer {
  return Buffer.concat([...parts.map(({ bytes }) => bytes), Buffer.alloc(1024)]);
}
