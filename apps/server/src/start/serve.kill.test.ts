import { readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { isAlive, stopPostmaster } from "../infra/embedded/postmaster.ts";
import {
  postmasterPid,
  runProgram,
  startServer,
  statusOf,
  temporaryFolder,
  until,
  type ServerProcess,
} from "../testing/server-process.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let servers: ServerProcess[];

beforeEach(async () => {
  folder = await temporaryFolder();
  servers = [];
});
afterEach(async () => {
  for (const server of servers) if (isAlive(server.pid)) await server.end("SIGTERM");
  const left = await postmasterPid(folder.path).catch(() => 0);
  if (left > 1) await stopPostmaster(left);
  await folder.remove();
});

async function start(parameters: readonly string[] = ["serve"]): Promise<ServerProcess> {
  const server = await startServer(folder.path, { parameters });
  servers.push(server);
  return server;
}

async function deploymentNames(): Promise<string[]> {
  const { code, stdout, stderr } = await runProgram(folder.path, ["deployment", "list", "--json"]);
  expect(stderr).not.toMatch(/error/i);
  expect(code).toBe(0);
  const { deployments } = JSON.parse(stdout) as { deployments: { name: string }[] };
  return deployments.map((deployment) => deployment.name).toSorted();
}

const create = (name: string) => runProgram(folder.path, ["deployment", "create", "--name", name, "--json"]);

test("a Ctrl-C, sent to the whole process group as a terminal does, ends everything with exit code 0", async () => {
  const server = await start();
  const postgres = await postmasterPid(folder.path);
  process.kill(-server.pid, "SIGINT");
  process.kill(-server.pid, "SIGINT"); // npm passes it on a second time
  expect(await server.end("SIGINT")).toBe(0);
  expect(isAlive(postgres)).toBe(false);
});

test("a signal to npm alone, as from a process manager, ends the server and its database", async () => {
  const npm = await startServer(folder.path, { throughNpm: true });
  servers.push(npm);
  const postgres = await postmasterPid(folder.path);
  expect(await npm.end("SIGTERM")).toBe(0);
  expect(await statusOf(npm.url, "/healthz")).toBe(0);
  expect(isAlive(postgres)).toBe(false);
});

test("connections that say nothing, or only half a request, do not keep the server from ending", async () => {
  const server = await start();
  const port = Number(new URL(server.url).port);
  const sockets = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
  for (const socket of sockets) {
    socket.on("error", () => undefined);
    await once(socket, "connect");
  }
  sockets[1]?.write("POST /v1/sessions-management/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  const begun = performance.now();
  expect(await server.end("SIGTERM")).toBe(0);
  expect(performance.now() - begun).toBeLessThan(30_000);
  for (const socket of sockets) socket.destroy();
});

test("after kill -9 of the server the next start stops the database it left behind and finds everything", async () => {
  const killed = await start();
  expect((await create("Kept")).code).toBe(0);
  const orphan = await postmasterPid(folder.path);
  await killed.end("SIGKILL");
  expect(isAlive(orphan)).toBe(true);

  const next = await start();
  expect(isAlive(orphan)).toBe(false);
  expect(await statusOf(next.url, "/readyz")).toBe(200);
  expect(await deploymentNames()).toEqual(["Demo", "Kept"]);
  expect(next.output()).not.toContain("first start");
});

test("after kill -9 of server and PostgreSQL together everything committed is there", async () => {
  const killed = await start();
  expect((await create("Kept")).code).toBe(0);
  process.kill(await postmasterPid(folder.path), "SIGKILL");
  await killed.end("SIGKILL");
  await start();
  expect(await deploymentNames()).toEqual(["Demo", "Kept"]);
});

test("after kill -9 of PostgreSQL the server answers 503, starts it again by itself and goes on", async () => {
  const server = await start();
  const first = await postmasterPid(folder.path);
  process.kill(first, "SIGKILL");
  await until("the server notices", async () => (await statusOf(server.url, "/readyz")) === 503);
  expect(await statusOf(server.url, "/healthz")).toBe(200);
  await until("the database is back", async () => (await statusOf(server.url, "/readyz")) === 200);
  expect(await postmasterPid(folder.path)).not.toBe(first);
  expect(await deploymentNames()).toEqual(["Demo"]);
  expect(await server.end("SIGTERM")).toBe(0);
});

test("a server that is told to end while its database is being restarted leaves nothing behind", async () => {
  const server = await start();
  process.kill(await postmasterPid(folder.path), "SIGKILL");
  expect(await server.end("SIGTERM")).toBe(0);
  expect(await postmasterPid(folder.path).then(isAlive, () => false)).toBe(false);
});

test("a second server on the same data folder is refused in words, and the first goes on", async () => {
  const first = await start();
  const second = await runProgram(folder.path, ["serve"]);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`Another Tallystick (server, process ${first.pid})`);
  expect(second.stderr).not.toMatch(/\n\s+at /);
  expect(await statusOf(first.url, "/readyz")).toBe(200);
});

test("a crashed session of PostgreSQL does not open the data folder to a second server", async () => {
  const first = await start();
  const backend = await anyBackend(await postmasterPid(folder.path));
  process.kill(backend, "SIGKILL"); // PostgreSQL drops every session now, the one with the lock too
  await until("the database is back", async () => (await statusOf(first.url, "/readyz")) === 200);
  const second = await runProgram(folder.path, ["serve"]);
  expect(second.stderr).toContain("Another Tallystick");
  expect(await statusOf(first.url, "/readyz")).toBe(200);
});

test("a taken port is told at once, before any database is made", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as { port: number };
  const { code, stderr } = await runProgram(folder.path, ["serve"], { PORT: String(port) });
  other.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`The port ${port} is taken`);
  await expect(readFile(join(folder.path, "postgres"))).rejects.toThrow("ENOENT");
});

test("a command works without a server, and several at once share one database", async () => {
  await runProgram(folder.path, ["company", "create", "--name", "Lender", "--json"]);
  const made = await Promise.all(["A", "B", "C"].map(create));
  expect(made.filter((result) => result.code !== 0)).toEqual([]);
  expect(await deploymentNames()).toEqual(["A", "B", "C"]);
  expect(await postmasterPid(folder.path).then(isAlive, () => false)).toBe(false);
});

test("a data folder of another PostgreSQL is refused in words and left as it is", async () => {
  const server = await start();
  await server.end("SIGTERM");
  const file = join(folder.path, "postgres", "data", "PG_VERSION");
  await writeFile(file, "17\n");
  const { code, stderr } = await runProgram(folder.path, ["serve"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/made by PostgreSQL 17, this release brings PostgreSQL 18/);
  expect(await readFile(file, "utf8")).toBe("17\n");
});

test("a lock file whose number now belongs to another program does not keep the server from starting", async () => {
  const killed = await start();
  const file = join(folder.path, "postgres", "data", "postmaster.pid");
  const text = await readFile(file, "utf8");
  process.kill(await postmasterPid(folder.path), "SIGKILL");
  await killed.end("SIGKILL");
  await writeFile(file, text.replace(/^\d+/, String(process.ppid)));
  await writeFile(join(folder.path, "postgres", "run", ".s.PGSQL.5432.lock"), `${process.ppid}\n`);
  const next = await start();
  expect(await statusOf(next.url, "/readyz")).toBe(200);
});

test("a wrong key file keeps the server from starting", async () => {
  const server = await start();
  await server.end("SIGTERM");
  await writeFile(join(folder.path, "secret"), `1:${Buffer.alloc(32, 9).toString("base64")}\n`);
  const { code, stderr } = await runProgram(folder.path, ["serve"]);
  expect(code).toBe(1);
  expect(stderr).toContain("The key ring can not open this database");
});

/** A session's process: the children of the postmaster that serve clients are named after their state. */
async function anyBackend(postmaster: number): Promise<number> {
  const children = (await readFile(`/proc/${postmaster}/task/${postmaster}/children`, "utf8")).trim().split(" ");
  for (const child of children) {
    const name = await readFile(`/proc/${child}/cmdline`, "utf8").catch(() => "");
    if (name.includes("tallystick tallystick")) return Number(child);
  }
  throw new Error("PostgreSQL serves nobody");
}
