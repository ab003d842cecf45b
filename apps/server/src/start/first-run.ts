import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { SYSTEM } from "../features/audit/service.ts";
import { createCompany, listCompanies } from "../features/companies/service.ts";
import { createDeployment, environmentById, type CreatedDeployment } from "../features/deployments/service.ts";
import { createSession } from "../features/sessions/service.ts";
import { createAdmin, ONE_TIME_DAYS } from "../features/users/service.ts";
import type { Deps } from "../infra/deps.ts";
import type { Terminal } from "./terminal.ts";

// Processes that start together on an empty external database must not make two of everything.
const LOCK = 7_205_114;

const COMPANY = "Demo Lender";
const DEPLOYMENT = "Demo";
const UID = "DEMO-0001";
/** An address that no mail server delivers to: the operator's own admin, until real people are invited. */
const ADMIN = "admin@localhost";

/** Says where the server is. The very first start also makes a company to try things out with, and shows its keys once. */
export async function announce(deps: Deps, terminal: Terminal): Promise<void> {
  const first = await firstRun(deps);
  terminal.out(`\nTallystick is running at ${deps.config.publicUrl}\n`);
  for (const notice of notices(deps)) terminal.note(`${notice}\n`);
  if (first !== null) await show(first, deps, terminal);
  const { beaconUrl, publicUrl } = deps.config;
  terminal.out(`Dashboard: ${beaconUrl}/beacon\nDocumentation: ${publicUrl}/docs\nStop it with Ctrl-C.\n`);
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
  terminal.out(`Assessment link, Test keys and admin of the first start: ${path}\n`);
}

/** The text to show, or null when there was a company already. */
async function firstRun(deps: Deps): Promise<string | null> {
  return deps.db.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1::bigint)", [LOCK]);
    if ((await listCompanies(deps)).length > 0) return null;
    const actor = SYSTEM;
    const { companyId } = await createCompany(deps, { name: COMPANY, actor });
    const deployment = await createDeployment(deps, { companyId, name: DEPLOYMENT, actor });
    const admin = await createAdmin(deps, { companyId, email: ADMIN, name: "Admin", actor });
    const link = await demoLink(deps, deployment);
    return describeFirst(deployment, { link, admin: describeAdmin(deps, admin?.password ?? null) });
  });
}

async function demoLink(deps: Deps, { companyId, test }: CreatedDeployment): Promise<string> {
  const environment = await environmentById(deps, companyId, test.environmentId);
  const { link } = await createSession(deps, environment, { uid: UID, integration_id: test.integrationId });
  return link;
}

/** Nothing where the address had an account before there was a company. */
function describeAdmin({ config }: Deps, password: string | null): readonly string[] {
  if (password === null) return [];
  return [
    `Admin of the company, for the dashboard Beacon:`,
    `  Beacon             ${config.beaconUrl}/beacon`,
    `  E-mail             ${ADMIN}`,
    `  One-time password  ${password}  (valid ${ONE_TIME_DAYS} days, to be changed at the first sign-in)`,
    "",
  ];
}

function describeFirst(
  { test }: CreatedDeployment,
  { link, admin }: { readonly link: string; readonly admin: readonly string[] },
): string {
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
    ...admin,
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
