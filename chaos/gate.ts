import { connect, createServer, type NetConnectOpts, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/**
 * What happens to bytes on their way. `silent`: they vanish, both ways, and no connection is closed: the other side looks
 * alive and says nothing. `mute`: requests pass, answers vanish. `closed`: nobody listens.
 */
export type Passage = "open" | "silent" | "mute" | "closed";

/** A TCP port on loopback before a server. A connection that once lost bytes never passes any again, as in a real network. */
export interface Gate {
  readonly port: number;
  set(passage: Passage): Promise<void>;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  isBroken: boolean;
}

export async function openGate(target: NetConnectOpts): Promise<Gate> {
  let passage: Passage = "open";
  const pairs = new Set<Pair>();
  const listener = createServer((client) => join(client));
  await listen(listener, 0);
  const { port } = listener.address() as AddressInfo;

  function join(client: Socket): void {
    const pair: Pair = { client, server: connect(target), isBroken: passage === "silent" };
    pairs.add(pair);
    carry(pair, "client", "server");
    carry(pair, "server", "client");
  }

  function carry(pair: Pair, from: "client" | "server", to: "client" | "server"): void {
    pair[from].on("data", (bytes) => {
      if (passage === "silent" || (passage === "mute" && from === "server")) pair.isBroken = true;
      if (pair.isBroken || pair[to].destroyed || pair[to].write(bytes)) return;
      pair[from].pause();
      pair[to].once("drain", () => pair[from].resume());
    });
    pair[from].on("error", () => undefined); // "close" follows
    pair[from].on("close", () => {
      // Whoever is left of a broken connection hears nothing of the other's end either.
      if (!pair.isBroken) pair[to].destroySoon();
      if (pair[to].destroyed) pairs.delete(pair);
    });
  }

  function drop(): void {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
    pairs.clear();
  }
  return {
    port,
    async set(next) {
      if (next === passage) return;
      if (next === "closed") {
        await stop(listener, drop);
      } else if (passage === "closed") {
        await listen(listener, port);
      }
      passage = next;
    },
    async close() {
      if (passage !== "closed") await stop(listener, drop);
      drop();
    },
  };
}

function listen(listener: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(port, "127.0.0.1", () => {
      listener.removeListener("error", reject);
      resolve();
    });
  });
}

function stop(listener: Server, drop: () => void): Promise<void> {
  return new Promise((resolve) => {
    listener.close(() => resolve());
    drop();
  });
}
