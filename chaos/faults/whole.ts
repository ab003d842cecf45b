import { DATABASE_FAULTS } from "./database.ts";
import { type Fault, struckNow } from "./fault.ts";
import { MOMENT_FAULTS } from "./moments.ts";
import { OWN_NETWORK_FAULTS } from "./network.ts";

const MOMENTS = [
  "killed-before-finish-commits",
  "killed-after-finish-commits",
  "killed-before-the-receiver-answers",
  "killed-after-the-receiver-answered",
  "killed-before-the-outcome-commits",
];
const DATABASE = ["postgres-killed", "connections-ended"];

/** What strikes one `serve` that is API and worker at once: nobody else is there to go on. */
export const WHOLE_FAULTS: readonly Fault[] = [
  {
    name: "serve-killed",
    group: "whole",
    shapes: ["whole"],
    does: "SIGKILL of `serve` while applicants finish and webhooks are under way",
    because:
      "As with `api` and `worker`. What it had claimed falls due when the lease of 12 s ends, and the next process sends it.",
    strike: ({ world }) => {
      world.api.service.kill();
      return Promise.resolve(struckNow());
    },
  },
  ...[...MOMENT_FAULTS, ...DATABASE_FAULTS]
    .filter(({ name }) => MOMENTS.includes(name) || DATABASE.includes(name))
    .map((fault): Fault => ofServe(fault)),
  ...OWN_NETWORK_FAULTS.filter(({ name }) => name === "api-database-half-open").map((fault): Fault => ({
    ...ofServe(fault),
    name: "serve-database-half-open",
    does: "all packets between `serve` and PostgreSQL vanish for a moment; its connections stay open and dead",
  })),
];

/** The same harm: in that world the API and the workers are one process. */
function ofServe(fault: Fault): Fault {
  return {
    ...fault,
    name: `serve-${fault.name}`,
    group: "whole",
    shapes: ["whole"],
    does: fault.does.replace(/the API|the workers/g, "`serve`"),
  };
}
