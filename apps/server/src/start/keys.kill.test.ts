import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { isAlive, stopPostmaster } from "../infra/embedded/postmaster.ts";
import {
  postmasterPid,
  runProgram,
  startServer,
  temporaryFolder,
  until,
  type ServerProcess,
} from "../testing/server-process.ts";

/** Three real servers over one database: what one of them (or the command line) ends, all of them refuse. */
let main: Awaited<ReturnType<typeof temporaryFolder>>;
let aside: Awaited<ReturnType<typeof temporaryFolder>>;
let servers: ServerProcess[] = [];

beforeAll(async () => {
  [main, aside] = await Promise.all([temporaryFolder(), temporaryFolder()]);
  servers = [await startServer(main.path)];
  const [, , , port, socketFolder] = (
    await readFile(join(main.path, "postgres", "data", "postmaster.pid"), "utf8")
  ).split("\n");
  const env = {
    DATABASE_URL: `postgresql://tallystick@localhost:${port}/tallystick?host=${encodeURIComponent(socketFolder ?? "")}`,
    TALLYSTICK_SECRET: (await readFile(join(main.path, "secret"), "utf8")).trim(),
  };
  servers.push(await startServer(aside.path, { parameters: ["api"], env }));
  servers.push(await startServer(aside.path, { parameters: ["api"], env }));
});

afterAll(async () => {
  for (const server of servers.toReversed()) if (isAlive(server.pid)) await server.end("SIGTERM");
  const left = await postmasterPid(main.path).catch(() => 0);
  if (left > 1) await stopPostmaster(left);
  await Promise.all([main.remove(), aside.remove()]);
});

async function cli<Answer>(...parameters: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await runProgram(main.path, [...parameters, "--json"]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Answer;
}

interface Asked {
  readonly sentAtMs: number;
  readonly status: number;
}

/** Asks for a session again and again, so that the server's cache is as fresh as it can be, until told to stop. */
function hammer(server: ServerProcess, request: { readonly key: string; readonly body: string }) {
  const asked: Asked[] = [];
  let isStopped = false;
  const done = (async () => {
    while (!isStopped) {
      const sentAtMs = performance.now();
      const answer = await fetch(`${server.url}/v1/sessions-management/tokens`, {
        method: "POST",
        headers: { "content-type": "application/json", "api-key": request.key },
        body: request.body,
      });
      await answer.arrayBuffer();
      asked.push({ sentAtMs, status: answer.status });
      // Well below the rate at which a key is limited.
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  })();
  return {
    asked,
    stop: async () => {
      isStopped = true;
      await done;
    },
  };
}

test("a revoked key is refused by every process for each request sent a second or more later", async () => {
  const { deployment_id: id, test: side } = await cli<{
    readonly deployment_id: string;
    readonly test: { readonly integration_id: string; readonly api_key: string };
  }>("deployment", "create", "--name", "Cards");
  const body = JSON.stringify({ uid: "APP-1001", integration_id: side.integration_id });
  const { ending } = await cli<{ readonly ending: readonly { readonly key_id: string }[] }>(
    "key",
    "rotate",
    id,
    "--env",
    "test",
  );
  const old = servers.map((server) => hammer(server, { key: side.api_key, body }));
  await until("every server has accepted the old key", async () => old.every(({ asked }) => asked.some(isAccepted)));
  await cli("key", "revoke", id, "--env", "test", "--key", ending[0]?.key_id ?? "");
  const revokedAtMs = performance.now();
  const later = ({ sentAtMs }: Asked): boolean => sentAtMs >= revokedAtMs + 1000;
  await until("every server was asked after a second", async () =>
    old.every(({ asked }) => asked.filter(later).length > 5),
  );
  await Promise.all(old.map((one) => one.stop()));
  for (const { asked } of old) {
    expect(new Set(asked.filter(later).map(({ status }) => status))).toEqual(new Set([401]));
    // Once refused, never accepted again.
    const firstRefusal = asked.findIndex(({ status }) => status === 401);
    expect(asked.slice(firstRefusal).filter(isAccepted)).toEqual([]);
  }
});

function isAccepted({ status }: Asked): boolean {
  return status === 200;
}
