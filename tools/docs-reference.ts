// `npm run docs`: writes the pages of docs/reference that come from the code, and the dashboard's tables of operations and of
// the guides' lines.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { GENERATED_PAGES } from "../apps/server/src/http/docs/generated-pages.ts";
import { beaconOperationTable } from "./support/beacon-operations.ts";
import { beaconSnippets } from "./support/beacon-snippets.ts";

const folder = path.join(import.meta.dirname, "..", "docs");

for (const [file, write] of Object.entries(GENERATED_PAGES)) {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, write());
  console.log(`wrote docs/${file}`);
}

const BEACON_TABLES = {
  "api/operation-table.ts": beaconOperationTable,
  "pages/deployments/integrate/snippets.json": beaconSnippets,
};
for (const [file, write] of Object.entries(BEACON_TABLES)) {
  const table = `apps/beacon/src/${file}`;
  writeFileSync(path.join(import.meta.dirname, "..", table), write());
  console.log(`wrote ${table}`);
}
