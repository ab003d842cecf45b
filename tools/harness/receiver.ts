import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** One webhook as it came in: raw bytes, headers, and when it was complete. */
export interface Received {
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly receivedAtMs: number;
  /** The status this receiver answered; 0: it hung up. */
  readonly answered: number;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Resolves with the first webhook that fits, also one that is there already; throws after `timeoutMs`. */
  waitFor(fits: (webhook: Received) => boolean, timeoutMs?: number): Promise<Received>;
  /** Called for every webhook; returns the status to answer, or 0 to hang up. Default: 200. */
  answerWith(answer: (webhook: { readonly path: string; readonly body: string }) => number): void;
  close(): Promise<void>;
}

/** A lender's webhook receiver on loopback that keeps everything it got. */
export async function startReceiver({ port = 0 }: { readonly port?: number } = {}): Promise<Receiver> {
  const received: Received[] = [];
  let answer: (webhook: { readonly path: string; readonly body: string }) => number = () => 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const webhook = { path: request.url ?? "/", body: Buffer.concat(chunks).toString("utf8") };
      const status = answer(webhook);
      received.push({ ...webhook, headers: request.headers, receivedAtMs: Date.now(), answered: status });
      if (status === 0) request.socket.destroy();
      else response.writeHead(status, { "content-type": "text/plain" }).end("ok");
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}/webhooks`,
    received,
    async waitFor(fits, timeoutMs = 15_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const found = received.find((webhook) => fits(webhook));
        if (found !== undefined) return found;
        if (Date.now() > deadline)
          throw new Error(`No such webhook within ${timeoutMs} ms (${received.length} others)`);
        await delay(10);
      }
    },
    answerWith(next) {
      answer = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
