/**
 * COPY over one connection, both ways, with back-pressure: memory stays at a few chunks however large the table.
 * node-postgres leaves the COPY messages to whoever submits the query; these are the two submitters.
 */
import { once } from "node:events";
import type { Duplex } from "node:stream";

import type pg from "pg";

/** What node-postgres' connection can do beyond its published types. */
interface CopyConnection {
  readonly stream: Duplex;
  query(sql: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

interface CommandComplete {
  /** `COPY <rows>` */
  readonly text: string;
}

export const CHUNK_BYTES = 4 * 1024 * 1024;
const CHUNKS_AHEAD = 2;

export interface CopiedOut {
  /** Chunks of about 4 MiB; their borders mean nothing. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Known when the chunks have ended. */
  rows(): number;
}

/** Runs `COPY … TO STDOUT`. Whoever stops reading before the end has to end the client. */
export function copyOut(client: pg.Client, sql: string): CopiedOut {
  const submitted = new CopyOut(sql);
  client.query(submitted);
  return { chunks: submitted.chunks(), rows: () => submitted.rows };
}

class CopyOut {
  readonly #sql: string;
  readonly #ready: Buffer[] = [];
  #parts: Buffer[] = [];
  #partsBytes = 0;
  #connection: CopyConnection | null = null;
  #ended = false;
  #error: Error | null = null;
  #wake: () => void = () => undefined;
  rows = 0;

  constructor(sql: string) {
    this.#sql = sql;
  }

  submit(connection: pg.Connection): void {
    this.#connection = connection as unknown as CopyConnection;
    this.#connection.query(this.#sql);
  }

  handleCopyData(message: { readonly chunk: Buffer }): void {
    // The parser reuses its buffer, so what is kept has to be copied.
    this.#parts.push(Buffer.from(message.chunk));
    this.#partsBytes += message.chunk.length;
    if (this.#partsBytes < CHUNK_BYTES) return;
    this.#flush();
    if (this.#ready.length >= CHUNKS_AHEAD) this.#connection?.stream.pause();
  }

  handleCommandComplete(message: CommandComplete): void {
    this.rows = rowsOf(message);
  }

  handleReadyForQuery(): void {
    this.#flush();
    this.#ended = true;
    this.#wake();
  }

  handleError(error: Error): void {
    this.#error = error;
    this.#wake();
  }

  async *chunks(): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#ready.shift();
      if (chunk !== undefined) {
        yield chunk;
        if (this.#ready.length < CHUNKS_AHEAD) this.#connection?.stream.resume();
      } else if (this.#error !== null) throw this.#error;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #flush(): void {
    if (this.#partsBytes > 0) this.#ready.push(Buffer.concat(this.#parts, this.#partsBytes));
    this.#parts = [];
    this.#partsBytes = 0;
    this.#wake();
  }
}

/** Runs `COPY … FROM STDIN` with everything the source gives; resolves to the rows. A source that throws undoes it. */
export async function copyIn(client: pg.Client, sql: string, source: AsyncIterable<Buffer>): Promise<number> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(sql, source, { resolve, reject }));
  });
}

interface Settle {
  readonly resolve: (rows: number) => void;
  readonly reject: (error: unknown) => void;
}

class CopyIn {
  readonly #sql: string;
  readonly #source: AsyncIterable<Buffer>;
  readonly #settle: Settle;
  readonly #stop = new AbortController();
  #sourceError: unknown = null;
  #rows = 0;

  constructor(sql: string, source: AsyncIterable<Buffer>, settle: Settle) {
    this.#sql = sql;
    this.#source = source;
    this.#settle = settle;
  }

  submit(connection: pg.Connection): void {
    (connection as unknown as CopyConnection).query(this.#sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.#pump(connection).catch((error: unknown) => {
      if (this.#stop.signal.aborted) return; // the server has spoken first, and its error is the one that counts
      this.#sourceError = error;
      connection.sendCopyFail("the source failed");
    });
  }

  handleCommandComplete(message: CommandComplete): void {
    this.#rows = rowsOf(message);
  }

  handleReadyForQuery(): void {
    this.#settle.resolve(this.#rows);
  }

  handleError(error: Error): void {
    this.#stop.abort();
    this.#settle.reject(this.#sourceError ?? error);
  }

  async #pump(connection: CopyConnection): Promise<void> {
    const { signal } = this.#stop;
    for await (const chunk of this.#source) {
      if (signal.aborted) return;
      connection.sendCopyFromChunk(chunk);
      if (connection.stream.writableNeedDrain) await once(connection.stream, "drain", { signal });
    }
    if (!signal.aborted) connection.endCopyFrom();
  }
}

function rowsOf({ text }: CommandComplete): number {
  return Number(/^COPY (\d+)$/.exec(text)?.[1] ?? Number.NaN);
}
