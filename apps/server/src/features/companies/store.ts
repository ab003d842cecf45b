import type { Queryable } from "../../infra/database.ts";

export interface CompanyRow {
  readonly company_id: string;
  readonly name: string;
  readonly created_at: Date;
}

export async function insertCompany(db: Queryable, companyId: string, name: string): Promise<void> {
  await db.query(
    `INSERT INTO companies (company_id, name)
     VALUES ($1::text, $2::text)`,
    [companyId, name],
  );
}

/** The row by which workers learn that a company has work; it exists from the start so that waking is an UPDATE. */
export async function insertDispatchDue(db: Queryable, companyId: string): Promise<void> {
  await db.query(
    `INSERT INTO dispatch_due (company_id, due_at)
     VALUES ($1::text, now())
     ON CONFLICT (company_id) DO NOTHING`,
    [companyId],
  );
}

/** Two rows are enough to know whether a company must be named. */
export async function listCompanyRows(db: Queryable, limit: number): Promise<readonly CompanyRow[]> {
  return db.query(
    `SELECT company_id, name, created_at
       FROM companies
      WHERE archived_at IS NULL
      ORDER BY created_at, company_id
      LIMIT $1::int`,
    [limit],
  );
}

/** The name it had; null: there is none. */
export async function lockCompanyName(db: Queryable, companyId: string): Promise<string | null> {
  const rows = await db.query<{ readonly name: string }>(
    `SELECT name FROM companies WHERE company_id = $1::text AND archived_at IS NULL FOR NO KEY UPDATE`,
    [companyId],
  );
  return rows[0]?.name ?? null;
}

export async function updateCompanyName(db: Queryable, companyId: string, name: string): Promise<void> {
  await db.query(`UPDATE companies SET name = $2::text WHERE company_id = $1::text`, [companyId, name]);
}

export async function findCompany(db: Queryable, companyId: string): Promise<CompanyRow | null> {
  const rows = await db.query<CompanyRow>(
    `SELECT company_id, name, created_at
       FROM companies
      WHERE company_id = $1::text AND archived_at IS NULL`,
    [companyId],
  );
  return rows[0] ?? null;
}
