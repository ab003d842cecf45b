import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Receiver, startReceiver } from "../tools/harness/receiver.ts";
import { type ServerProcess, startServer } from "../tools/harness/server-process.ts";

export interface Bench {
  readonly server: ServerProcess;
  readonly receiver: Receiver;
  readonly deploymentId: string;
  readonly environment: { readonly integration_id: string; readonly api_key: string; readonly webhook_secret: string };
  close(): Promise<void>;
}

/** A server as operators run it, but for the limits per second, which are there to be reached. */
export async function openBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-bench-"));
  // The log goes to a file, as it does under a supervisor: reading it here would take time from what is measured.
  const outputFile = join(folder, "server.log");
  const server = await startServer({
    outputFile,
    environment: { SESSION_RATE: "1000000/1000000", WEBHOOK_RATE: "1000000" },
  });
  const receiver = await startReceiver();
  const deployment = (await server.cli(["deployment", "create", "--name", "Bench"])) as {
    deployment_id: string;
    test: Bench["environment"];
  };
  await server.cli(["deployment", "set", deployment.deployment_id, "--env", "test", "--webhook-url", receiver.url]);
  return {
    server,
    receiver,
    deploymentId: deployment.deployment_id,
    environment: deployment.test,
    async close() {
      await server.remove();
      await receiver.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
