import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createEgress, type OutgoingPost } from "./egress.ts";
import { type EgressConfig, isAllowedAddress, mayUsePlainHttp } from "./egress-rules.ts";

const CLOSED: EgressConfig = { egressAllow: [], allowLoopbackWebhooks: false };
const LOOPBACK: EgressConfig = { egressAllow: [], allowLoopbackWebhooks: true };

describe("addresses", () => {
  const refused = {
    loopback: ["127.0.0.1", "127.255.255.254", "::1"],
    private: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fc00::1"],
    "link-local and metadata": ["169.254.169.254", "169.254.0.1", "fe80::1", "fd00:ec2::254"],
    "carrier-grade NAT": ["100.64.0.1", "100.127.255.254"],
    multicast: ["224.0.0.1", "239.255.255.255", "ff02::1"],
    unspecified: ["0.0.0.0", "0.1.2.3", "::"],
    "reserved, documentation, benchmarking": [
      "192.0.2.1",
      "198.51.100.1",
      "203.0.113.1",
      "198.18.0.1",
      "240.0.0.1",
      "2001:db8::1",
    ],
    broadcast: ["255.255.255.255"],
    "IPv4 inside IPv6": [
      "::ffff:127.0.0.1",
      "::ffff:10.0.0.1",
      "::ffff:169.254.169.254",
      "64:ff9b::7f00:1",
      "64:ff9b::a9fe:a9fe",
    ],
    "transition mechanisms": ["2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "no plain address": ["", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "1.2.3.4.5", "8.8.8.8/8", " 8.8.8.8"],
  };
  it.each(Object.entries(refused))("%s: refused", (_, addresses) => {
    for (const address of addresses) expect([address, isAllowedAddress(CLOSED, address)]).toEqual([address, false]);
  });

  it("public ones are allowed, also by way of NAT64", () => {
    for (const address of ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]) {
      expect([address, isAllowedAddress(CLOSED, address)]).toEqual([address, true]);
    }
  });

  it("loopback is allowed only while the server says so, and nothing else with it", () => {
    for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
      expect(isAllowedAddress(LOOPBACK, address)).toBe(true);
    for (const address of ["10.0.0.1", "0.0.0.0", "169.254.169.254"])
      expect(isAllowedAddress(LOOPBACK, address)).toBe(false);
  });

  it("EGRESS_ALLOW opens exactly its networks, in IPv4, IPv6 and mapped form", () => {
    const config: EgressConfig = { egressAllow: ["10.1.0.0/16", "fd12::/32"], allowLoopbackWebhooks: false };
    for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "fd12::9"])
      expect(isAllowedAddress(config, address)).toBe(true);
    for (const address of ["10.2.0.1", "fd13::1", "127.0.0.1"]) expect(isAllowedAddress(config, address)).toBe(false);
  });
});

describe("plain http in Production", () => {
  it("is for exempt addresses, and for names only where the operator exempted any address", () => {
    const config: EgressConfig = { egressAllow: ["10.1.0.0/16"], allowLoopbackWebhooks: false };
    expect(mayUsePlainHttp(CLOSED, "lender.example")).toBe(false);
    expect(mayUsePlainHttp(CLOSED, "8.8.8.8")).toBe(false);
    expect(mayUsePlainHttp(LOOPBACK, "localhost")).toBe(true);
    expect(mayUsePlainHttp(LOOPBACK, "[::1]")).toBe(true);
    expect(mayUsePlainHttp(LOOPBACK, "lender.example")).toBe(false);
    expect(mayUsePlainHttp(config, "10.1.2.3")).toBe(true);
    expect(mayUsePlainHttp(config, "10.2.2.3")).toBe(false);
    expect(mayUsePlainHttp(config, "inside.lender.example")).toBe(true);
  });
});

describe("connections", () => {
  let server: Server;
  let port: number;
  let connections = 0;

  beforeAll(async () => {
    server = createServer((_, response) => response.end("reached")).on("connection", () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function outcome(config: EgressConfig, url: string, change: Partial<OutgoingPost> = {}) {
    const egress = createEgress(config);
    try {
      return await egress.post({ url, headers: {}, body: "{}", timeoutMs: 5_000, requireTls: false, ...change });
    } finally {
      await egress.close();
    }
  }

  it("to loopback are refused before a packet is sent, however the address is written", async () => {
    const before = connections;
    const hosts = [
      "127.0.0.1",
      "localhost",
      "2130706433",
      "0x7f.1",
      "0177.0.0.1",
      "127.1",
      "0.0.0.0",
      "[::ffff:127.0.0.1]",
      "[::]",
    ];
    for (const host of hosts) {
      const url = `http://${host}:${port}/`;
      const { hostname } = new URL(url);
      expect(await outcome(CLOSED, url)).toMatchObject({
        kind: "no_connection",
        error: `Cannot connect to host ${hostname}`,
      });
    }
    expect(connections).toBe(before);
  });

  it("to loopback work while allowed, by address and by name", async () => {
    for (const host of ["127.0.0.1", "localhost"]) {
      expect(await outcome(LOOPBACK, `http://${host}:${port}/`)).toMatchObject({
        kind: "answered",
        status: 200,
        body: "reached",
      });
    }
  });

  it("by plain http reach only exempt addresses where TLS is required", async () => {
    const config: EgressConfig = { egressAllow: ["127.0.0.0/8"], allowLoopbackWebhooks: false };
    expect(await outcome(config, `http://127.0.0.1:${port}/`, { requireTls: true })).toMatchObject({
      kind: "answered",
    });
    const refused = await outcome(CLOSED, "http://8.8.8.8/", { requireTls: true });
    expect(refused).toMatchObject({ kind: "no_connection", error: "Cannot connect to host 8.8.8.8" });
    expect(refused.durationMs).toBeLessThan(1_000);
  });

  it("that fail say the same text for an unknown name, a closed port, a refused address and no TLS", async () => {
    const urls = ["http://host.invalid/", "http://127.0.0.1:1/", "http://10.0.0.1/", `https://127.0.0.1:${port}/`];
    for (const url of urls) {
      expect(await outcome(LOOPBACK, url)).toMatchObject({
        kind: "no_connection",
        error: `Cannot connect to host ${new URL(url).hostname}`,
      });
    }
  });

  it("end with the process: those under way at once, later ones unsent", async () => {
    const before = connections;
    const stop = new AbortController();
    const silent = createServer(() => stop.abort());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port: silentPort } = silent.address() as AddressInfo;
    const stopped = { kind: "no_answer", reason: "stopped" };
    expect(await outcome(LOOPBACK, `http://127.0.0.1:${silentPort}/`, { signal: stop.signal })).toMatchObject(stopped);
    expect(await outcome(LOOPBACK, `http://127.0.0.1:${port}/`, { signal: stop.signal })).toMatchObject(stopped);
    expect(connections).toBe(before);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});
