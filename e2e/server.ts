import { inject } from "vitest";
import { runCommand, startServer } from "../tools/harness/server-process.ts";

/** One environment's credentials, as `deployment create` prints them. */
export interface Environment {
  readonly integration_id: string;
  readonly api_key: string;
  readonly webhook_secret: string;
}

export interface Deployment {
  readonly deployment_id: string;
  readonly test: Environment;
  readonly production: Environment;
}

export interface Target {
  readonly baseUrl: string;
  readonly port: number;
  readonly dataDir: string;
  readonly companyId: string;
}

declare module "vitest" {
  interface ProvidedContext {
    e2e: Target;
  }
}

/** The real server as a process of its own, with a fresh data folder and one company. */
export async function startTarget(): Promise<{ readonly target: Target; readonly stop: () => Promise<void> }> {
  // The browser plays faster than a hand; nothing else differs from production.
  const server = await startServer({ environment: { LOG_LEVEL: "warn" } });
  const { company_id } = (await server.cli(["company", "create", "--name", "Demo Lender"])) as {
    company_id: string;
  };
  const target = { baseUrl: server.baseUrl, port: server.port, dataDir: server.dataDir, companyId: company_id };
  return { target, stop: () => server.remove() };
}

/** A command of `tallystick` beside the running server; its JSON. */
export function cli(parameters: readonly string[]): Promise<unknown> {
  const { dataDir, port, baseUrl } = inject("e2e");
  return runCommand(parameters, {
    ...process.env,
    TALLYSTICK_DATA: dataDir,
    PORT: String(port),
    PUBLIC_URL: baseUrl,
  });
}

let made = 0;

/** A deployment of its own for a test file; `settings` are options of `deployment set`. */
export async function createDeployment(name: string, settings: readonly string[]): Promise<Deployment> {
  const { companyId } = inject("e2e");
  const company = ["--company", companyId];
  made += 1;
  const full = `${name} ${String(process.pid)}-${String(made)}`;
  const deployment = (await cli(["deployment", "create", "--name", full, ...company])) as Deployment;
  // Two games are enough where the battery is not the point.
  const battery = settings.includes("--battery") ? [] : ["--battery", "preview-1"];
  await cli(["deployment", "set", deployment.deployment_id, "--env", "test", ...company, ...battery, ...settings]);
  return deployment;
}

export interface Session {
  readonly session_id: string;
  readonly link: string;
  readonly uid: string;
}

/** What the lender's server does: one POST. */
export async function createSession(
  { test }: Deployment,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Session> {
  const { baseUrl } = inject("e2e");
  made += 1;
  const uid = `E2E-${String(process.pid)}-${String(made)}-x`;
  const response = await fetch(`${baseUrl}/v1/sessions-management/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json", "api-key": test.api_key },
    body: JSON.stringify({ uid, integration_id: test.integration_id, ...more }),
  });
  if (!response.ok) throw new Error(`No session: ${String(response.status)} ${await response.text()}`);
  const { session_id, link } = (await response.json()) as Session;
  return { session_id, link, uid };
}
