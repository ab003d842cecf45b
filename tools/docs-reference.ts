// `npm run docs`: writes the pages of docs/reference that come from the code, and the dashboard's table of operations.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { GENERATED_PAGES } from "../apps/server/src/http/docs/generated-pages.ts";
import { beaconOperationTable } from "./support/beacon-operations.ts";

const folder = path.join(import.meta.dirname, "..", "docs");

for (const [file, write] of Object.entries(GENERATED_PAGES)) {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, write());
  console.log(`wrote docs/${file}`);
}

const table = "apps/beacon/src/api/operation-table.ts";
writeFileSync(path.join(import.meta.dirname, "..", table), beaconOperationTable());
console.log(`wrote ${table}`);
