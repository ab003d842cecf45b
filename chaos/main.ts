import { parseArgs } from "node:util";

import { FAULTS } from "./faults/all.ts";
import { runChaos } from "./run.ts";

const USAGE = `npm run chaos    kills, stops and cuts off everything while applicants finish, then proves that nothing was lost
  --rounds N        so many rounds, about 3 s each (default 200)
  --seed N          the same seed deals the same faults in the same order
  --only NAMES      these faults alone, separated by commas: ${FAULTS.map(({ name }) => name).join(", ")}
  --json            print the report as one JSON document
`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => abort.abort());
const only = values.only?.split(",");
const report = await runChaos({
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  faults: FAULTS.filter(({ name }) => only?.includes(name) ?? true),
  signal: abort.signal,
  say: (sentence) => process.stderr.write(`${sentence}\n`),
});
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
