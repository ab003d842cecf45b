export type * from "./contract.ts";
export { DEVICE_CLASSES } from "./contract.ts";
export { canonicalJson } from "./canonical-json.ts";
export { type KnownMetrics, modelFaults } from "./model-faults.ts";
export { findModel, models } from "./models.ts";
export { score } from "./score.ts";
export { SCORE_SHARES, type Stability, stability, STEN_PAIR_SHARES } from "./stability.ts";
export { SANDBOX_FLAG_ALIASES, wireCalculated, type WireCalculated, type WireOptions } from "./wire.ts";
