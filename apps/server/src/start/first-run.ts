import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { SYSTEM } from "../features/audit/service.ts";
import { createCompany, listCompanies } from "../features/companies/service.ts";
import { createDeployment, environmentById, type CreatedDeployment } from "../features/deployments/service.ts";
import { createSession } from "../features/sessions/service.ts";
import type { Deps } from "../infra/deps.ts";
import type { Terminal } from "./terminal.ts";

// Processes that start together on an empty external database must not make two of everything.
const LOCK = 7_205_114;

const COMPANY = "Demo Lender";
const DEPLOYMENT = "Demo";
const UID = "DEMO-0001";

/** Says where the server is. The very first start also makes a company to try things out with, and shows its keys once. */
export async function announce(deps: Deps, terminal: Terminal): Promise<void> {
  const first = await firstRun(deps);
  terminal.out(`\nTallystick is running at ${deps.config.publicUrl}\n`);
  for (const notice of notices(deps)) terminal.note(`${notice}\n`);
  if (first !== null) await show(first, deps, terminal);
  terminal.out(`API reference: ${deps.config.publicUrl}/docs\nStop it with Ctrl-C.\n`);
}

async function show(first: string, deps: Deps, terminal: Terminal): Promise<void> {
  if (terminal.isInteractive) {
    terminal.out(first);
    return;
  }
  // Standard output ends in a log here, where keys have no place.
  await mkdir(deps.config.dataDir, { recursive: true, mode: 0o700 });
  const path = join(deps.config.dataDir, "first-run.txt");
  await writeFile(path, first, { mode: 0o600 });
  terminal.out(`Assessment link and Test keys of the first start: ${path}\n`);
}

/** The text to show, or null when there was a company already. */
async function firstRun(deps: Deps): Promise<string | null> {
  return deps.db.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1::bigint)", [LOCK]);
    if ((await listCompanies(deps)).length > 0) return null;
    const actor = SYSTEM;
    const { companyId } = await createCompany(deps, { name: COMPANY, actor });
    const deployment = await createDeployment(deps, { companyId, name: DEPLOYMENT, actor });
    return describeFirst(deployment, await demoLink(deps, deployment));
  });
}

async function demoLink(deps: Deps, { companyId, test }: CreatedDeployment): Promise<string> {
  const environment = await environmentById(deps, companyId, test.environmentId);
  const { link } = await createSession(deps, environment, { uid: UID, integration_id: test.integrationId });
  return link;
}

function describeFirst({ test }: CreatedDeployment, link: string): string {
  return [
    "",
    "Play the assessment as an applicant:",
    `  ${link}`,
    "",
    `Keys of the company "${COMPANY}", deployment "${DEPLOYMENT}", environment Test (shown this once):`,
    `  Integration ID   ${test.integrationId}`,
    `  API key          ${test.apiKey}`,
    `  Webhook secret   ${test.webhookSecret}`,
    "",
    "See the whole way to a verified webhook, without a phone: npm run demo",
    "",
  ].join("\n");
}

/** What works on this machine and would not elsewhere. */
function notices({ config }: Deps): string[] {
  const { hostname, protocol } = new URL(config.publicUrl);
  const isLocal = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  if (!isLocal && protocol === "http:") {
    return ["PUBLIC_URL is plain http: good for trying things out in your own network, never for applicants."];
  }
  if (isLocal && !config.allowLoopbackWebhooks) {
    return [`HOST is ${config.host}, but links name ${config.publicUrl}: set PUBLIC_URL to the origin others open.`];
  }
  return config.allowLoopbackWebhooks ? ["Listening on this machine only: webhooks to loopback are allowed."] : [];
}
