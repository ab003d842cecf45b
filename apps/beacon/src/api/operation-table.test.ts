import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

import { beaconOperationTable } from "../../../../tools/support/beacon-operations.ts";

test("the dashboard's table of operations is the contract's: `npm run docs` writes it anew", () => {
  const written = readFileSync(path.join(import.meta.dirname, "operation-table.ts"), "utf8");
  expect(written).toBe(beaconOperationTable());
});
