import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { type Receiver, startReceiver } from "../../tools/harness/receiver.ts";
import { runCommand } from "../../tools/harness/server-process.ts";

export interface Environment {
  readonly integration_id: string;
  readonly api_key: string;
  readonly webhook_secret: string;
}

export interface Deployment {
  readonly company_id: string;
  readonly deployment_id: string;
  readonly name: string;
  readonly test: Environment;
  readonly production: Environment;
}

/** One lender with a deployment and a receiver of its own, so that test files do not meet each other. */
export interface World {
  readonly baseUrl: string;
  readonly test: Environment;
  readonly receiver: Receiver;
  /** Null against a server elsewhere: only its operator can create deployments. */
  readonly own: OwnServer | null;
  close(): Promise<void>;
}

export interface OwnServer {
  readonly deployment: Deployment;
  cli(parameters: readonly string[]): Promise<unknown>;
  createDeployment(companyId?: string): Promise<Deployment>;
  createCompany(): Promise<string>;
}

/**
 * Against a server elsewhere, set TALLYSTICK_ACCEPTANCE_URL, TALLYSTICK_ACCEPTANCE_INTEGRATION_ID, …_API_KEY and
 * …_WEBHOOK_SECRET of a Test environment, and …_RECEIVER_PORT: its webhook URL must lead to that port of this machine.
 */
export async function openWorld(): Promise<World> {
  const target = inject("target");
  if (target.dataDir === null) return openElsewhere(target.baseUrl);
  const own = await createOwn(target.dataDir, target.port);
  const receiver = await startReceiver();
  await setEnvironment(own, own.deployment, ["--webhook-url", receiver.url]);
  return { baseUrl: target.baseUrl, test: own.deployment.test, receiver, own, close: () => receiver.close() };
}

async function openElsewhere(baseUrl: string): Promise<World> {
  const setting = (name: string): string => {
    const value = process.env[`TALLYSTICK_ACCEPTANCE_${name}`];
    if (value === undefined) throw new Error(`TALLYSTICK_ACCEPTANCE_${name} is not set`);
    return value;
  };
  const test = {
    integration_id: setting("INTEGRATION_ID"),
    api_key: setting("API_KEY"),
    webhook_secret: setting("WEBHOOK_SECRET"),
  };
  const receiver = await startReceiver({ port: Number(setting("RECEIVER_PORT")) });
  return { baseUrl, test, receiver, own: null, close: () => receiver.close() };
}

async function createOwn(dataDir: string, port: number): Promise<OwnServer> {
  const environment = {
    ...process.env,
    TALLYSTICK_DATA: dataDir,
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  };
  const cli = (parameters: readonly string[]): Promise<unknown> => runCommand(parameters, environment);
  const createCompany = async (): Promise<string> => {
    const company = (await cli(["company", "create", "--name", `Lender ${unique()}`])) as { company_id: string };
    return company.company_id;
  };
  const createDeployment = async (companyId: string): Promise<Deployment> =>
    (await cli(["deployment", "create", "--name", `Loans ${unique()}`, "--company", companyId])) as Deployment;
  const deployment = await createDeployment(await createCompany());
  return { deployment, cli, createCompany, createDeployment: (id = deployment.company_id) => createDeployment(id) };
}

/** `tallystick deployment set` on one environment. */
export async function setEnvironment(
  own: OwnServer,
  deployment: Deployment,
  settings: readonly string[],
  kind: "test" | "production" = "test",
): Promise<void> {
  const target = [deployment.deployment_id, "--env", kind, "--company", deployment.company_id];
  await own.cli(["deployment", "set", ...target, ...settings]);
}

/** Says aloud why a test does not run against a server elsewhere; the sentence is also its note in the report. */
export function needsOwnServer(what: string): string {
  const reason = `${what} (needs the command line of the server under test)`;
  console.warn(`SKIPPED: ${reason}.`);
  return reason;
}

export function unique(): string {
  return randomBytes(6).toString("hex");
}

/** A uid that no other test uses and that looks like nobody's phone number. */
export function newUid(prefix = "ACC"): string {
  return `${prefix}-${unique()}x`;
}
