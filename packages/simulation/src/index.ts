/** Simulated people in any number: drawn, played, replayed and scored. Pure: no I/O, clock or randomness. */
export { actorNames } from "./actors.ts";
export type { TraitCorrelation } from "./correlate.ts";
export { type Latency, throughDevice } from "./latency.ts";
export { headOf, type LineFormat, linesOf, type SimulationOrder } from "./lines.ts";
export { namedPopulation, POPULATION_NAMES, populationOf } from "./named.ts";
export * from "./population.ts";
export { readPopulation } from "./read-population.ts";
export * from "./session.ts";
