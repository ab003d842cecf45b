import type { LookupAddress } from "node:dns";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createEgress, type EgressOptions, type OutgoingPost, type Outcome } from "./egress.ts";
import type { EgressConfig } from "./egress-rules.ts";

/** The guard against real sockets. The listener hears every local address; whoever gets through is counted. */

const CLOSED: EgressConfig = { egressAllow: [], allowLoopbackWebhooks: false };
const open = (...egressAllow: string[]): EgressConfig => ({ egressAllow, allowLoopbackWebhooks: false });

let server: Server;
let port: number;
let connections = 0;
/** Without IPv6 on the machine its loopback can not be reached, and refusing it proves less. */
let hasIpv6 = true;

beforeAll(async () => {
  server = createServer((_, response) => response.end("reached")).on("connection", () => (connections += 1));
  const listen = (host: string): Promise<void> =>
    new Promise((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  await listen("::").catch(() => {
    hasIpv6 = false;
    return listen("0.0.0.0");
  });
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function post(
  config: EgressConfig,
  url: string,
  { change = {}, ...options }: EgressOptions & { change?: Partial<OutgoingPost> } = {},
): Promise<Outcome> {
  const egress = createEgress(config, options);
  try {
    return await egress.post({ url, headers: {}, body: "{}", timeoutMs: 8_000, requireTls: false, ...change });
  } finally {
    await egress.close();
  }
}

const asAddress = (address: string): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 });

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.1", "127.0.0.2", "127.255.255.254", "[::1]"],
  private: ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.254"],
  "link-local, and the metadata of clouds": [
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "[fe80::1]",
    "[fd00:ec2::254]",
  ],
  "carrier-grade NAT": ["100.64.0.1", "100.127.255.254"],
  "unspecified and this network": ["0.0.0.0", "0.1.2.3", "[::]"],
  "multicast and broadcast": ["224.0.0.1", "239.255.255.250", "255.255.255.255", "[ff02::1]", "[ff0e::1]"],
  "documentation, benchmarks, reserved": [
    "192.0.0.1",
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "198.19.255.254",
    "240.0.0.1",
    "192.88.99.1",
    "[2001:db8::1]",
    "[3fff::1]",
    "[2001:2::1]",
    "[100::1]",
    "[5f00::1]",
  ],
  "unique local and site-local": ["[fc00::1]", "[fdff::1]", "[fec0::1]"],
  "outside the range that is given out": ["[4000::1]", "[0:0:0:1::1]", "[f000::1]", "[2001:1::1]", "[2001:20::1]"],
  "IPv4-mapped": ["[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[0:0:0:0:0:ffff:a9fe:a9fe]"],
  "IPv4-compatible and IPv4-translated": ["[::127.0.0.1]", "[::7f00:1]", "[::8.8.8.8]", "[::ffff:0:7f00:1]"],
  NAT64: [
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b::a00:1]",
    "[64:ff9b::a83f:8110]",
    "[64:ff9b:1::7f00:1]",
    "[64:ff9b:1::808:808]",
    "[64:ff9b:1:a9fe:a9:fe00:808:808]",
  ],
  "6to4 and Teredo": ["[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2002:808:808::1]", "[2001:0:7f00:1::1]"],
  "other spellings of loopback": [
    "2130706433",
    "0x7f000001",
    "0X7F000001",
    "017700000001",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f.1",
    "127.1",
    "127.0.1",
    "127.0.0.1.",
    "0177.0x0.0.01",
    "%31%32%37.0.0.1",
    "127%2E0.0.1",
    "8.8.8.8@127.0.0.1",
    "lender.example:secret@127.0.0.1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "０ｘ７ｆ.1",
    "[::0001]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::FFFF:127.0.0.1]",
  ],
  "names of loopback": ["localhost", "LOCALHOST", "ｌocalhost", "%6Cocalhost"],
  "no host at all": ["[fe80::1%25lo]", "[::1%25lo]", "[fe80::1%lo]", "256.0.0.1", "127.0.0.1.5", "0x1ffffffff", ""],
};

describe("refused before a packet is sent", () => {
  it("is a table of at least 60", () => expect(Object.values(REFUSED).flat().length).toBeGreaterThanOrEqual(60));

  it.each(Object.entries(REFUSED))("%s", async (_, hosts) => {
    const before = connections;
    for (const host of hosts) {
      for (const scheme of ["http", "https"]) {
        const outcome = await post(CLOSED, `${scheme}://${host}:${port}/`);
        expect([host, outcome]).toEqual([host, expect.objectContaining({ kind: "no_connection", reason: "refused" })]);
      }
    }
    expect(connections).toBe(before);
  });

  it("each of these addresses also behind a name, in Unicode or not", async () => {
    const before = connections;
    const addresses = Object.values(REFUSED)
      .flat()
      .flatMap((host) => (URL.canParse(`http://${host}/`) ? [new URL(`http://${host}/`).hostname] : []))
      .map((hostname) => hostname.replace(/^\[|\]$/g, ""))
      .filter((hostname) => /^[\d.]+$|:/.test(hostname));
    expect(addresses.length).toBeGreaterThan(60);
    for (const address of [...addresses, "fe80::1%lo", "::1%lo", "::FFFF:127.0.0.1", "127.1", "localhost", ""]) {
      const resolve = async (): Promise<LookupAddress[]> => [asAddress(address)];
      for (const name of ["hook.lender.example", "bücher.example", "localhost."]) {
        const outcome = await post(CLOSED, `http://${name}:${port}/`, { resolve });
        expect([address, outcome]).toEqual([address, expect.objectContaining({ reason: "refused" })]);
      }
    }
    expect(connections).toBe(before);
  });

  it("other schemes than http and https", async () => {
    for (const url of [
      `ftp://127.0.0.1:${port}/`,
      `ws://127.0.0.1:${port}/`,
      "file:///etc/passwd",
      "data:,x",
      "hook",
    ]) {
      expect(await post(open("127.0.0.0/8"), url)).toMatchObject({ kind: "no_connection", reason: "refused" });
    }
  });

  it("plain http where TLS is required, but for networks of the operator", async () => {
    const change = { requireTls: true };
    const before = connections;
    for (const host of ["8.8.8.8", "[2606:4700::1111]", "127.0.0.1"]) {
      expect(await post(open("10.0.0.0/8"), `http://${host}:${port}/`, { change })).toMatchObject({
        reason: "refused",
      });
    }
    expect(connections).toBe(before);
    expect(await post(open("127.0.0.0/8"), `http://127.0.0.1:${port}/`, { change })).toMatchObject({ status: 200 });
  });
});

describe("reached once the operator opens the network", () => {
  const opened = [
    ["127.0.0.0/8", "127.0.0.1"],
    ["127.0.0.0/8", "127.1"],
    ["127.0.0.0/8", "2130706433"],
    ["127.0.0.0/8", "0177.0.0.1"],
    ["127.0.0.0/8", "１２７.０.０.１"],
    ["127.0.0.2/32", "127.0.0.2"],
    ["::1/128", "[::1]"],
    ["127.0.0.1/32", "[::ffff:127.0.0.1]"],
  ] as const;
  it.each(opened)("%s opens %s", async (cidr, host) => {
    if (host.startsWith("[") && !hasIpv6) return;
    expect(await post(open(cidr), `http://${host}:${port}/`)).toMatchObject({ kind: "answered", body: "reached" });
  });

  it("and no other", async () => {
    const before = connections;
    for (const host of ["127.0.0.1", "[::1]", "[::ffff:127.0.0.3]"]) {
      expect(await post(open("127.0.0.2/32", "10.0.0.0/8"), `http://${host}:${port}/`)).toMatchObject({
        reason: "refused",
      });
    }
    expect(connections).toBe(before);
  });
});

describe("names that change their answer", () => {
  it("a public address first and loopback at the next connection: refused, whatever was remembered", async () => {
    const before = connections;
    let asked = 0;
    const resolve = async (): Promise<LookupAddress[]> => [asAddress(++asked === 1 ? "8.8.8.8" : "127.0.0.1")];
    // The check that somebody else makes with the same resolver sees the public address.
    expect(await resolve()).toEqual([asAddress("8.8.8.8")]);
    const outcome = await post(CLOSED, `http://rebind.example:${port}/`, { resolve });
    expect(outcome).toMatchObject({ kind: "no_connection", reason: "refused" });
    expect(connections).toBe(before);
  });

  it("of two answers with one that is refused, only the other is offered to the connection", async () => {
    const seen: string[] = [];
    server.on("connection", (socket: Socket) => seen.push(socket.localAddress ?? ""));
    const resolve = async (): Promise<LookupAddress[]> => ["127.0.0.1", "127.0.0.2"].map(asAddress);
    expect(await post(open("127.0.0.2/32"), `http://two.example:${port}/`, { resolve })).toMatchObject({ status: 200 });
    expect(seen.map((address) => address.replace("::ffff:", ""))).toEqual(["127.0.0.2"]);
    const before = connections;
    const bad = async (): Promise<LookupAddress[]> => ["10.0.0.1", "127.0.0.1"].map(asAddress);
    expect(await post(CLOSED, `http://two.example:${port}/`, { resolve: bad })).toMatchObject({ reason: "refused" });
    expect(connections).toBe(before);
  });

  it("a kept connection is used again without a question; a new one is judged by what the name says then", async () => {
    let asked = 0;
    let address = "127.0.0.2";
    const resolve = async (): Promise<LookupAddress[]> => {
      asked += 1;
      return [asAddress(address)];
    };
    const egress = createEgress(open("127.0.0.2/32"), { resolve });
    const request = { url: `http://kept.example:${port}/`, headers: {}, body: "{}", timeoutMs: 8_000 };
    const before = connections;
    for (let index = 0; index < 5; index++) {
      expect(await egress.post({ ...request, requireTls: false })).toMatchObject({ status: 200 });
    }
    // A request may begin a moment before the connection of the last one is free again.
    const kept = connections - before;
    expect([kept <= 2, asked]).toEqual([true, 1]);
    // Remembered for the next connection, and judged by another agent's rule: plain http and TLS required.
    expect(await egress.post({ ...request, requireTls: true })).toMatchObject({ status: 200 });
    expect([connections - before, asked]).toEqual([kept + 1, 1]);
    await egress.close();
    address = "127.0.0.1";
    expect(await post(open("127.0.0.2/32"), request.url, { resolve })).toMatchObject({ reason: "refused" });
  });
});

it("a redirect is an answer, wherever it leads", async () => {
  const hit: string[] = [];
  const redirecting = createServer((request, response) => {
    hit.push(request.url ?? "");
    response.writeHead(307, { location: `http://127.0.0.1:${port}/inside` }).end();
  });
  await new Promise<void>((resolve) => redirecting.listen(0, "127.0.0.1", resolve));
  const before = connections;
  const url = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}/hook`;
  const outcome = await post(open("127.0.0.0/8"), url);
  await new Promise((resolve) => redirecting.close(resolve));
  expect(outcome).toMatchObject({ kind: "answered", status: 307 });
  expect([hit, connections]).toEqual([["/hook"], before]);
});

describe("each phase has its own time and its own name in the log, the lender gets one text", () => {
  const LOOPBACK = open("127.0.0.0/8");
  const never = new Promise<never>(() => undefined);
  /** Takes connections and never says a word. */
  let silent: ReturnType<typeof createTcpServer>;
  let silentPort: number;
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    silent = createTcpServer((socket) => void sockets.add(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    silentPort = (silent.address() as AddressInfo).port;
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it("a name that is not answered, and one that does not exist", async () => {
    const slow = await post(LOOPBACK, "http://slow.example/", { resolve: () => never, phases: { name: 50 } });
    expect(slow).toMatchObject({ reason: "name_timeout", error: "Cannot connect to host slow.example" });
    const none = await post(LOOPBACK, "http://host.invalid/");
    expect(none).toMatchObject({ reason: "name", error: "Cannot connect to host host.invalid" });
  });

  it("a closed port", async () => {
    const closed = createTcpServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port: closedPort } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const outcome = await post(LOOPBACK, `http://127.0.0.1:${closedPort}/`);
    expect(outcome).toMatchObject({ reason: "connect", error: "Cannot connect to host 127.0.0.1" });
  });

  it("TLS that is not spoken, and TLS that is never answered", async () => {
    const error = "Cannot connect to host 127.0.0.1";
    expect(await post(LOOPBACK, `https://127.0.0.1:${port}/`)).toMatchObject({ reason: "tls", error });
    const outcome = await post(LOOPBACK, `https://127.0.0.1:${silentPort}/`, { phases: { tls: 60 } });
    expect(outcome).toMatchObject({ reason: "tls_timeout", error });
  });

  it("an answer that never begins, and one that never ends", async () => {
    const change = { timeoutMs: 100 };
    expect(await post(LOOPBACK, `http://127.0.0.1:${silentPort}/`, { change })).toMatchObject({
      kind: "no_answer",
      reason: "first_byte_timeout",
    });
    const endless = createServer((_, response) => void response.writeHead(200).write("more"));
    await new Promise<void>((resolve) => endless.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/`;
    expect(await post(LOOPBACK, url, { change: { timeoutMs: 300 } })).toMatchObject({
      kind: "answered",
      body: "more",
      cutOff: "total_timeout",
    });
    endless.closeAllConnections();
    await new Promise((resolve) => endless.close(resolve));
  });
});
