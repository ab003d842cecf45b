import { DATABASE_FAULTS } from "./database.ts";
import type { Fault } from "./fault.ts";
import { KEY_FAULTS } from "./keys.ts";
import { MOMENT_FAULTS } from "./moments.ts";
import { OWN_NETWORK_FAULTS, RECEIVER_FAULTS } from "./network.ts";
import { PROCESS_FAULTS } from "./processes.ts";
import { WHOLE_FAULTS } from "./whole.ts";

export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...MOMENT_FAULTS,
  ...DATABASE_FAULTS,
  ...RECEIVER_FAULTS,
  ...OWN_NETWORK_FAULTS,
  ...WHOLE_FAULTS,
  ...KEY_FAULTS,
];
