import { z } from "zod";

export const MANIFEST = "manifest.json";
export const MANIFEST_SUM = "manifest.json.sha256";
export const README = "README.txt";
export const FORMAT = "tallystick-backup/1";

const tableSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  columns: z.array(z.string().regex(/^[a-z][a-z0-9_]*$/)).min(1),
  rows: z.int().min(0),
  /** Of the COPY text, before it is compressed. */
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  chunks: z.int().min(0),
});

/** The last word of a backup: a file without it was cut off. Tables stand in the order in which they can be loaded. */
export const manifestSchema = z.object({
  format: z.literal(FORMAT),
  /** When the snapshot was taken, by the database's clock. */
  taken_at: z.iso.datetime(),
  tallystick: z.string(),
  postgres: z.string(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })).min(1),
  tables: z.array(tableSchema).min(1),
  key_ring: z.literal("not included"),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type BackedUpTable = z.infer<typeof tableSchema>;

export function chunkName(table: string, chunk: number): string {
  return `data/${table}.${String(chunk).padStart(6, "0")}.copy.gz`;
}

export const README_TEXT = `A backup of a Tallystick database.

data/<table>.<number>.copy.gz   the rows of a table as PostgreSQL's COPY text, in numbered parts
manifest.json                   when it was taken, by which release, columns, rows and sha256 of each table
manifest.json.sha256            the manifest's own sum; sha256sum -c reads it

It holds personal data: keep it as you keep the database.
It does NOT hold the key ring (TALLYSTICK_SECRET, or the file "secret" of the data folder). Without the ring no API key,
webhook secret or link in it can be used again. Keep a copy of the ring, and keep it somewhere else than this file.

Check it:    npx tallystick backup verify FILE
Restore it:  npx tallystick restore FILE --into-empty
`;
