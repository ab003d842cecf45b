import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/**
 * What a bad network does to a request. `dropped`: it never arrives. `unanswered`: it arrives, its answer does not come
 * back. `late`: it seems lost and arrives after its own repetition, out of order. `twice`: a copy of it arrives later.
 * `busy` and `portal`: something on the way answers in the server's place, with 503 or with the sign-in page of a Wi-Fi.
 */
export const FATES = ["passes", "slow", "dropped", "unanswered", "late", "twice", "busy", "portal"] as const;
export type Fate = (typeof FATES)[number];

export interface HostileProxy {
  readonly url: string;
  /** How often each happened. */
  readonly tally: Readonly<Record<Fate, number>>;
  /** Statuses of copies and late arrivals, which no page ever saw. */
  readonly unseen: readonly number[];
  /** Resolves when nothing is on its way any more. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const FAILING: readonly Fate[] = ["dropped", "unanswered", "late", "busy", "portal"];
/** So that a play comes to an end: after so many failures in a row one request passes. */
const MOST_FAILURES = 4;
/** Of a delay: longer than the page's pause before it tries again. */
const LONGEST_MS = 80;

/** Draws what happens to each request, and counts it. */
function createFates(random: () => number) {
  const tally = Object.fromEntries(FATES.map((fate) => [fate, 0])) as Record<Fate, number>;
  let failures = 0;
  return {
    tally,
    draw(): Fate {
      const drawn = FATES[Math.floor(random() * FATES.length)] ?? "passes";
      const fate = FAILING.includes(drawn) && failures >= MOST_FAILURES ? "passes" : drawn;
      failures = FAILING.includes(fate) ? failures + 1 : 0;
      tally[fate] += 1;
      return fate;
    },
  };
}

/** Deliveries that nobody waits for: copies, and requests that seemed lost. */
function createLateDeliveries(target: string) {
  const unseen: number[] = [];
  const underWay = new Set<Promise<void>>();
  return {
    unseen,
    deliver(request: Request, afterMs: number): void {
      const delivery = delay(afterMs).then(async () => {
        unseen.push((await forward(target, request)).status);
      });
      underWay.add(delivery);
      void delivery.finally(() => underWay.delete(delivery));
    },
    async settle(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** A proxy on loopback before `target` (an origin); the same seed gives the same fates to the same requests in order. */
export async function startHostileProxy(target: string, seed: number): Promise<HostileProxy> {
  const random = seeded(seed);
  const fates = createFates(random);
  const late = createLateDeliveries(target);

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    const fate = fates.draw();
    const pauseMs = Math.ceil(random() * LONGEST_MS);
    if (fate === "late" || fate === "twice") late.deliver(request, pauseMs);
    if (fate === "unanswered") await forward(target, request);
    if (fate === "dropped" || fate === "late" || fate === "unanswered") {
      incoming.socket.destroy();
    } else if (fate === "busy") {
      response.writeHead(503, { "content-type": "text/html" }).end("<h1>Service Unavailable</h1>");
    } else if (fate === "portal") {
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome to our Wi-Fi</h1>");
    } else {
      if (fate === "slow") await delay(pauseMs / 4);
      const { status, headers, body } = await forward(target, request);
      response.writeHead(status, headers).end(body);
    }
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tally: fates.tally,
    unseen: late.unseen,
    settle: () => late.settle(),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Request {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const PASSED_ON = ["content-type", "cookie", "tallystick-journey"];

async function read(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = incoming.headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
  return { path: incoming.url ?? "/", headers, body: Buffer.concat(chunks).toString("utf8") };
}

async function forward(target: string, { path, headers, body }: Request) {
  const answer = await fetch(target + path, { method: "POST", headers, body });
  const contentType = answer.headers.get("content-type");
  return {
    status: answer.status,
    headers: contentType === null ? {} : { "content-type": contentType },
    body: await answer.text(),
  };
}

/** Uniform in [0, 1): the generator mulberry32 (Tommy Ettinger). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
