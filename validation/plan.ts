/** How much is played. Every number of people has a study of its own; see studies.ts. */
export interface Plan {
  /** Honest people with three sessions each of the standard battery. */
  readonly people: number;
  /** The same for the tasks that only the extended battery has. */
  readonly extension: number;
  /** People played on many days, and the days. */
  readonly dayPeople: number;
  readonly days: number;
  /** People played many times on one day, and the times. */
  readonly seedPeople: number;
  readonly seeds: number;
  /** Sessions of each player and attacker. */
  readonly acts: number;
  /** People recorded again by slower devices. */
  readonly devices: number;
  /** People with periods without network, and in each language. */
  readonly journeys: number;
}

/** About five minutes on two cores. */
export const FULL: Plan = {
  people: 10_000,
  extension: 4_000,
  dayPeople: 250,
  days: 50,
  seedPeople: 40,
  seeds: 200,
  acts: 1_000,
  devices: 1_000,
  journeys: 100,
};

/** To see that everything runs; its figures mean little. */
export const QUICK: Plan = {
  people: 200,
  extension: 100,
  dayPeople: 10,
  days: 10,
  seedPeople: 4,
  seeds: 40,
  acts: 30,
  devices: 30,
  journeys: 4,
};

/** Fixes every simulated person and all they see. */
export const SEED = "validation 1";
export const BATTERY = "standard-1";
export const EXTENDED_BATTERY = "extended-1";
