import * as contract from "../../packages/contract/src/index.ts";

/**
 * The source of `apps/beacon/src/api/operation-table.ts`: method and path of every operation under `/beacon/api`. The
 * dashboard takes only types from the contract, whose schemas would cost its first load 90 kB; this is what is left.
 */
export function beaconOperationTable(): string {
  const rows = Object.entries(contract as Readonly<Record<string, unknown>>)
    .filter((entry): entry is [string, contract.Operation] => isBeaconOperation(entry[1]))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { method, path }]) => rowOf(name, method, path));
  return `// Written by \`npm run docs\` from packages/contract; never edited.\nexport const OPERATIONS = {\n${rows.join("\n")}\n} as const;\n`;
}

/** As the formatter would write it: 120 columns. */
function rowOf(name: string, method: string, path: string): string {
  const line = `  ${name}: ["${method}", "${path}"],`;
  return line.length <= 120 ? line : `  ${name}: [\n    "${method}",\n    "${path}",\n  ],`;
}

function isBeaconOperation(value: unknown): value is contract.Operation {
  if (typeof value !== "object" || value === null || !("path" in value) || !("method" in value)) return false;
  return typeof value.path === "string" && value.path.startsWith("/beacon/api");
}
