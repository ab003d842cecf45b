import type { Queryable } from "../../infra/database.ts";

interface LogoKey {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** The same picture again is the same row. */
export async function insertLogo(
  db: Queryable,
  row: LogoKey & { readonly companyId: string; readonly image: Buffer },
): Promise<void> {
  await db.query(
    `INSERT INTO logos (company_id, logo_id, image, width, height)
     VALUES ($1::text, $2::text, $3::bytea, $4::int, $5::int)
     ON CONFLICT (company_id, logo_id) DO NOTHING`,
    [row.companyId, row.id, row.image, row.width, row.height],
  );
}

export async function findLogo(db: Queryable, companyId: string, id: string): Promise<Buffer | null> {
  const rows = await db.query<{ readonly image: Buffer }>(
    `SELECT image FROM logos WHERE company_id = $1::text AND logo_id = $2::text`,
    [companyId, id],
  );
  return rows[0]?.image ?? null;
}

export async function isLogo(db: Queryable, companyId: string, logo: LogoKey): Promise<boolean> {
  const rows = await db.query(
    `SELECT logo_id FROM logos
      WHERE company_id = $1::text AND logo_id = $2::text AND width = $3::int AND height = $4::int`,
    [companyId, logo.id, logo.width, logo.height],
  );
  return rows.length === 1;
}
