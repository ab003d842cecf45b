import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly atMs: number;
}

export type Answer = (response: ServerResponse, received: Received) => void;

/** A lender's webhook receiver on a loopback socket, which answers as it is told. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Connections opened so far. */
  connections(): number;
  answer(answer: Answer): void;
  close(): Promise<void>;
}

export const status =
  (code: number, headers: Record<string, string> = {}, body = "ok"): Answer =>
  (response) =>
    void response.writeHead(code, headers).end(body);

/** Takes the request and never says a word. */
export const hang: Answer = () => undefined;

/** `port` 0: any free one. */
export async function startReceiver(first: Answer = status(200), port = 0): Promise<Receiver> {
  let answer = first;
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const one = { method, path, headers, body: Buffer.concat(chunks), atMs: performance.now() };
      received.push(one);
      answer(response, one);
    });
  });
  server.on("connection", (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}/hook?tenant=1`,
    received,
    connections: () => connections,
    answer: (next) => (answer = next),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Polls until the probe gives something; the deadline makes a hanging test a failing one. */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  deadlineMs = 20_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
