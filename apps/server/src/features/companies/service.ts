import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import { findCompany, insertCompany, insertDispatchDue, listCompanyRows, type CompanyRow } from "./store.ts";

export interface Company {
  readonly companyId: string;
  readonly name: string;
  readonly createdAt: Date;
}

const MAX_LISTED = 1000;

/** Throws `setting_invalid` for an empty or overlong name. */
export async function createCompany(
  deps: Deps,
  options: { readonly name: string; readonly actor: Actor },
): Promise<{ readonly companyId: string }> {
  const name = checkName(options.name, "company");
  const companyId = deps.ids.make("cmp");
  await deps.db.transaction(async (tx) => {
    await insertCompany(tx, companyId, name);
    await insertDispatchDue(tx, companyId);
    await record(tx, deps, {
      companyId,
      actor: options.actor,
      action: "company.created",
      targetType: "company",
      targetId: companyId,
      details: { name },
    });
  });
  return { companyId };
}

/** Oldest first, at most 1000. */
export async function listCompanies(deps: Deps): Promise<readonly Company[]> {
  return (await listCompanyRows(deps.db, MAX_LISTED)).map(toCompany);
}

/** The named company, or the only one. Throws `not_found` or `company_ambiguous`. */
export async function resolveCompany(deps: Deps, companyId: string | undefined): Promise<Company> {
  if (companyId !== undefined) {
    const found = await findCompany(deps.db, companyId);
    if (!found) throw fail("not_found", `There is no company "${companyId}". List them with: tallystick company list`);
    return toCompany(found);
  }
  const [only, second] = await listCompanyRows(deps.db, 2);
  if (!only) throw fail("not_found", 'There is no company yet. Create one with: tallystick company create --name "…"');
  if (second)
    throw fail("company_ambiguous", "Several companies exist: name one with --company ID (tallystick company list).");
  return toCompany(only);
}

/** The trimmed name of a company or deployment: 1 to 100 characters on one line. */
export function checkName(value: string, what: string): string {
  const name = value.trim();
  if (name.length === 0) throw fail("setting_invalid", `The ${what}'s name is empty.`);
  if (name.length > 100)
    throw fail("setting_invalid", `The ${what}'s name has ${name.length} characters; at most 100.`);
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
  if (/[\u0000-\u001f\u007f]/.test(name))
    throw fail("setting_invalid", `The ${what}'s name contains a control character.`);
  return name;
}

function toCompany(row: CompanyRow): Company {
  return { companyId: row.company_id, name: row.name, createdAt: row.created_at };
}
