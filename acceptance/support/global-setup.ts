import type { TestProject } from "vitest/node";
import { startServer } from "../../tools/harness/server-process.ts";

/** Where the suite finds the server under test. `dataDir` is null for a server that was there before. */
export interface Target {
  readonly baseUrl: string;
  readonly dataDir: string | null;
  readonly port: number;
}

declare module "vitest" {
  interface ProvidedContext {
    target: Target;
  }
}

/**
 * Runs against TALLYSTICK_ACCEPTANCE_URL, or else starts a server of its own in a fresh data folder.
 * A server elsewhere also needs the variables that `world.ts` names.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const elsewhere = process.env["TALLYSTICK_ACCEPTANCE_URL"];
  if (elsewhere !== undefined) {
    const baseUrl = new URL(elsewhere).origin;
    project.provide("target", { baseUrl, dataDir: null, port: 0 });
    return async () => {};
  }
  const server = await startServer();
  project.provide("target", { baseUrl: server.baseUrl, dataDir: server.dataDir, port: server.port });
  return () => server.remove();
}
