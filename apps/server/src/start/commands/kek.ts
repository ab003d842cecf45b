import { cliActor, record, type Actor } from "../../features/audit/service.ts";
import { listCompanies } from "../../features/companies/service.ts";
import { SEALED_KEYS } from "../../features/deployments/service.ts";
import { SEALED_WEBHOOK_SECRETS } from "../../features/endpoints/service.ts";
import { SEALED_TOTP } from "../../features/users/service.ts";
import type { Deps } from "../../infra/deps.ts";
import {
  countSealed,
  resealColumn,
  SEALED_SYSTEM_KEYS,
  type SealedColumn,
  type SealedCount,
} from "../../infra/sealed.ts";
import type { Command } from "../command.ts";
import { table } from "./table.ts";

/** Everything the key ring encrypts; kek.db.test.ts compares it with the catalogue. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  ...SEALED_KEYS,
  SEALED_WEBHOOK_SECRETS,
  SEALED_TOTP,
  // Last, and the check value with it: while a row of the others needs an old key, so does the start.
  SEALED_SYSTEM_KEYS,
];

export const kekStatus: Command = {
  name: "kek status",
  summary: "Count what is encrypted under which key of the ring",
  positionals: [],
  options: {},
  example: "npx tallystick kek status",
  run: async (deps) => {
    const counts = await countSealed(deps.db, SEALED_COLUMNS);
    return {
      json: { first_key: deps.secrets.firstKeyId, counts: counts.map(countJson) },
      text: `New rows are encrypted under key ${deps.secrets.firstKeyId}.\n${countTable(counts)}`,
    };
  },
};

export const kekRotate: Command = {
  name: "kek rotate",
  summary: "Encrypt everything anew under the first key of TALLYSTICK_SECRET, so that the old keys can be dropped",
  positionals: [],
  options: {},
  example: "npx tallystick kek rotate",
  run: async (deps, _args, io) => {
    let changed = 0;
    for (const column of SEALED_COLUMNS) {
      const rows = await resealColumn(deps.db, deps.secrets, column, (done) =>
        io.note(`${column.table}: ${done} rows\n`),
      );
      changed += rows;
    }
    const counts = await countSealed(deps.db, SEALED_COLUMNS);
    refuseWhileOld(deps, counts);
    const first = deps.secrets.firstKeyId;
    if (changed > 0) await recordEverywhere(deps, cliActor(io.osUser));
    return {
      json: { first_key: first, changed, counts: counts.map(countJson) },
      text: `${changed} rows were encrypted anew. Everything is under key ${first} now: once every server runs with it first, the other keys of the ring may be dropped.\n`,
    };
  },
};

/** It concerns what is stored of every company, so each one's audit log says so. */
async function recordEverywhere(deps: Deps, actor: Actor): Promise<void> {
  for (const { companyId } of await listCompanies(deps)) {
    await deps.db.transaction((tx) =>
      record(tx, deps, {
        companyId,
        actor,
        action: "encryption.rotated",
        targetType: "company",
        targetId: companyId,
        details: { first_key: deps.secrets.firstKeyId },
      }),
    );
  }
}

function refuseWhileOld(deps: Deps, counts: readonly SealedCount[]): void {
  const first = deps.secrets.firstKeyId;
  const old = counts.filter(({ keyId }) => keyId !== first);
  if (old.length === 0) return;
  const where = old.map(({ table: name, keyId, rows }) => `${rows} in ${name} under key ${keyId}`).join(", ");
  throw new Error(
    `not everything is under key ${first} yet: ${where}. A server still writes with another ring: restart every server with key ${first} first, then run this again. Drop no key before.`,
  );
}

function countJson({ table: name, column, keyId, rows }: SealedCount): Readonly<Record<string, unknown>> {
  return { table: name, column, key: keyId, rows };
}

function countTable(counts: readonly SealedCount[]): string {
  return table(
    ["TABLE", "KEY", "ROWS"],
    counts.map(({ table: name, keyId, rows }) => [name, keyId, String(rows)]),
    "Nothing is encrypted yet.",
  );
}
