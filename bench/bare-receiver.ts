import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A receiver in a process of its own: answers 200 and counts by path. Under /hang it takes a webhook and never says a
 * word. `GET /count?path=…` tells how many came and when the first and the last did.
 */
const seen = new Map<string, { count: number; firstMs: number; lastMs: number }>();

const server = createServer((request, response) => {
  const path = request.url ?? "/";
  if (request.method === "GET") {
    const asked = new URL(path, "http://receiver").searchParams.get("path") ?? "";
    response.end(JSON.stringify(seen.get(asked) ?? { count: 0, firstMs: 0, lastMs: 0 }));
    return;
  }
  request.resume().on("end", () => {
    const nowMs = performance.now();
    const one = seen.get(path) ?? { count: 0, firstMs: nowMs, lastMs: nowMs };
    seen.set(path, { ...one, count: one.count + 1, lastMs: nowMs });
    if (!path.startsWith("/hang")) response.end("ok");
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
