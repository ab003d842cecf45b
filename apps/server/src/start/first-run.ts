import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createCompany, listCompanies } from "../features/companies/service.ts";
import { createDeployment, type CreatedDeployment } from "../features/deployments/service.ts";
import type { Deps } from "../infra/deps.ts";
import type { Terminal } from "./terminal.ts";

// Processes that start together on an empty external database must not make two of everything.
const LOCK = 7_205_114;

/** Says where the server is. The very first start also makes a company to try things out with, and shows its keys once. */
export async function announce(deps: Deps, terminal: Terminal): Promise<void> {
  const { publicUrl, host, dataDir } = deps.config;
  const first = await firstRun(deps);
  terminal.out(`Tallystick is running at ${publicUrl}\n`);
  if (!isReachable(deps))
    terminal.note(
      `PUBLIC_URL is not set: links name ${publicUrl}, which only this machine can open (HOST is ${host}).\n`,
    );
  if (first !== null && terminal.isInteractive) terminal.out(first);
  if (first !== null && !terminal.isInteractive) {
    const path = join(dataDir, "first-run.txt");
    await writeFile(path, first, { mode: 0o600 });
    terminal.out(`Link and keys of the first start: ${path}\n`);
  }
  terminal.out("Stop it with Ctrl-C.\n");
}

/** The text to show, or null when there was a company already. */
async function firstRun(deps: Deps): Promise<string | null> {
  return deps.db.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1::bigint)", [LOCK]);
    if ((await listCompanies(deps)).length > 0) return null;
    const actor = "system";
    const { companyId } = await createCompany(deps, { name: "Demo Lender", actor });
    const deployment = await createDeployment(deps, { companyId, name: "Demo", actor });
    return describeFirst(deployment);
  });
}

function describeFirst(deployment: CreatedDeployment): string {
  const { test } = deployment;
  return [
    "",
    'A company "Demo Lender" with a deployment was made. These keys of its Test environment are shown once:',
    `  Integration ID   ${test.integrationId}`,
    `  API key          ${test.apiKey}`,
    `  Webhook secret   ${test.webhookSecret}`,
    "",
  ].join("\n");
}

function isReachable(deps: Deps): boolean {
  const { publicUrl, allowLoopbackWebhooks: listensOnLoopback } = deps.config;
  return listensOnLoopback || !/^http:\/\/127\.0\.0\.1(:|$)/.test(publicUrl);
}
