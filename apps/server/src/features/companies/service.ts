import { NOT_VISIBLE, VISIBLE_TEXT } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import { record, type Actor } from "../audit/service.ts";
import {
  findCompany,
  insertCompany,
  insertDispatchDue,
  listCompanyRows,
  lockCompanyName,
  updateCompanyName,
  type CompanyRow,
} from "./store.ts";

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

/**
 * Everything that shows the name shows the new one within a second. The same name again changes nothing. Throws
 * `not_found`, `setting_invalid`.
 */
export async function renameCompany(
  deps: Deps,
  options: { readonly companyId: string; readonly name: string; readonly actor: Actor },
): Promise<{ readonly name: string }> {
  const { companyId, actor } = options;
  const name = checkName(options.name, "company");
  await deps.db.transaction(async (tx) => {
    const before = await lockCompanyName(tx, companyId);
    if (before === null) throw fail("not_found", "There is no such company.");
    if (before === name) return;
    await updateCompanyName(tx, companyId, name);
    await record(tx, deps, {
      companyId,
      actor,
      action: "company.renamed",
      targetType: "company",
      targetId: companyId,
      details: { name: { from: before, to: name } },
    });
  });
  return { name };
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

/** The trimmed name of a company or deployment: 1 to 100 characters on one line, all of them to be seen. */
export function checkName(value: string, what: string): string {
  const name = value.trim();
  if (name.replace(/[\u200c\u200d]/gu, "") === "") throw fail("setting_invalid", `The ${what}'s name is empty.`);
  if (name.length > 100)
    throw fail("setting_invalid", `The ${what}'s name has ${name.length} characters; at most 100.`);
  if (!VISIBLE_TEXT.test(name))
    throw fail("setting_invalid", `The ${what}'s name ${NOT_VISIBLE}: ${firstHidden(name)}.`);
  return name;
}

function firstHidden(name: string): string {
  const characters = Array.from(name);
  const at = characters.findIndex((character) => !VISIBLE_TEXT.test(character));
  const code = characters[at]?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0") ?? "";
  return `U+${code} at position ${at + 1}`;
}

function toCompany(row: CompanyRow): Company {
  return { companyId: row.company_id, name: row.name, createdAt: row.created_at };
}
