/**
 * As much of the ustar format as a backup needs: plain files, one after the other, so that an operator can look inside
 * and rescue a table with nothing but tar, gzip and psql. POSIX.1-1988, "ustar Interchange Format".
 */
import type { FileHandle } from "node:fs/promises";

const BLOCK = 512;

export class TarWriter {
  readonly #file: FileHandle;
  readonly #modifiedAt: Date;

  constructor(file: FileHandle, modifiedAt: Date) {
    this.#file = file;
    this.#modifiedAt = modifiedAt;
  }

  async add(name: string, content: Buffer): Promise<void> {
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    const header = tarHeader({ name, sizeBytes: content.length, modifiedAt: this.#modifiedAt });
    await this.#write(Buffer.concat([header, content, padding]));
  }

  /** The two empty blocks that say that nothing is missing behind. */
  async finish(): Promise<void> {
    await this.#write(Buffer.alloc(2 * BLOCK));
  }

  async #write(buffer: Buffer): Promise<void> {
    let written = 0;
    while (written < buffer.length) written += (await this.#file.write(buffer, written)).bytesWritten;
  }
}

interface Header {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

function tarHeader({ name, sizeBytes, modifiedAt }: Header): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`The name ${name} is too long for an archive.`);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, width: number): void =>
    void header.write(`${value.toString(8).padStart(width - 1, "0")}\0`, offset);
  header.write(name, 0);
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(sizeBytes, 124, 12);
  octal(Math.floor(modifiedAt.getTime() / 1000), 136, 12);
  header.write("0", 156);
  header.write("ustar\0" + "00", 257);
  header.write(`${checksum(header).toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** Sum of the bytes, the checksum's own eight counted as spaces. */
function checksum(header: Buffer): number {
  let sum = 8 * 0x20;
  for (const [index, byte] of header.entries()) if (index < 148 || index >= 156) sum += byte;
  return sum;
}

/** The archive is not whole, or was changed. The message says where. */
export class BrokenArchive extends Error {}

export interface Member {
  readonly name: string;
  readonly content: Buffer;
}

// A chunk of a table holds about 4 MiB before it is compressed; a longer member is none of ours.
const LARGEST_MEMBER_BYTES = 64 * 1024 * 1024;

/** Member after member. Throws BrokenArchive when the file ends early or a header does not fit its checksum. */
export async function* readTar(file: FileHandle): AsyncGenerator<Member> {
  let position = 0;
  const take = async (size: number, what: string): Promise<Buffer> => {
    const buffer = Buffer.alloc(size);
    let got = 0;
    while (got < size) {
      const { bytesRead } = await file.read(buffer, got, size - got, position + got);
      if (bytesRead === 0) throw new BrokenArchive(`The file ends in the middle of ${what}: it was cut off.`);
      got += bytesRead;
    }
    position += size;
    return buffer;
  };
  for (;;) {
    const block = await take(BLOCK, "its list of contents");
    if (isEmpty(block)) {
      if (!isEmpty(await take(BLOCK, "its last words"))) throw new BrokenArchive("The file goes on after its end.");
      return;
    }
    const { name, sizeBytes } = readHeader(block, position - BLOCK);
    const content = await take(sizeBytes, name);
    await take((BLOCK - (sizeBytes % BLOCK)) % BLOCK, name);
    yield { name, content };
  }
}

function isEmpty(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

function readHeader(block: Buffer, position: number): { readonly name: string; readonly sizeBytes: number } {
  const text = (offset: number, length: number): string =>
    block.toString("latin1", offset, offset + length).replace(/[\0 ]+$/, "");
  const sizeBytes = Number.parseInt(text(124, 12), 8);
  if (text(257, 5) !== "ustar" || Number.parseInt(text(148, 8), 8) !== checksum(block)) {
    throw new BrokenArchive(
      position === 0 ? "The file is no backup of Tallystick." : `The file is damaged at byte ${position}.`,
    );
  }
  if (!(sizeBytes <= LARGEST_MEMBER_BYTES)) throw new BrokenArchive(`The file is damaged at byte ${position}.`);
  return { name: text(0, 100), sizeBytes };
}
