import { resolveCompany } from "../../features/companies/service.ts";
import { environmentById, type EnvironmentAccess } from "../../features/deployments/service.ts";
import { findBatchEnvironment } from "../../features/links/service.ts";
import { findSession } from "../../features/sessions/lifecycle.ts";
import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { UsageError, type CommandArgs, type CommandIo } from "../command.ts";

export const COMPANY = { type: "string", value: "ID", description: "company; default the only one" } as const;

/** The batch that the first argument names, and its environment. Throws `link_batch_unknown`, UsageError. */
export async function namedBatch(
  deps: Deps,
  args: CommandArgs,
): Promise<{ readonly environment: EnvironmentAccess; readonly batchId: string }> {
  const [batchId = ""] = args.positionals;
  if (!batchId.startsWith("bat_")) throw new UsageError("BATCH is a batch id such as bat_…; link list shows them");
  const { companyId } = await resolveCompany(deps, args.text("company"));
  return { batchId, environment: await findBatchEnvironment(deps, companyId, batchId) };
}

/** The session that the first argument names, and its environment. Throws `session_unknown`, UsageError. */
export async function namedSession(
  deps: Deps,
  args: CommandArgs,
): Promise<{ readonly environment: EnvironmentAccess; readonly sessionId: string }> {
  const [sessionId = ""] = args.positionals;
  if (!sessionId.startsWith("ses_"))
    throw new UsageError("SESSION is a session id such as ses_…; link show names them");
  const { companyId } = await resolveCompany(deps, args.text("company"));
  const session = await findSession(deps, { companyId, sessionId });
  if (session === null) throw fail("session_unknown", "This company has no session of this id.");
  return { sessionId, environment: await environmentById(deps, companyId, session.environmentId) };
}

/** The command knows the address of links from its settings alone, not from a server that runs beside it. */
export function noteLocalLinks(deps: Deps, io: CommandIo): void {
  const { protocol, host, hostname } = new URL(deps.config.publicUrl);
  if (!/^(localhost|127\.|\[::1\])/.test(hostname)) return;
  io.note(
    `The links lead to ${protocol}//${host}, which only this machine can open. Set PUBLIC_URL as for the server.\n`,
  );
}

/** One of the words an option takes. Throws UsageError. */
export function readChoice<Word extends string>(
  args: CommandArgs,
  option: string,
  choice: { readonly words: readonly Word[]; readonly otherwise: Word },
): Word {
  const given = args.text(option) ?? choice.otherwise;
  const word = choice.words.find((candidate) => candidate === given);
  if (word === undefined) throw new UsageError(`--${option} takes ${choice.words.join(", ")}, not "${given}"`);
  return word;
}
