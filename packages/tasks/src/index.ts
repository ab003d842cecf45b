/** The server's entry. The applicant's page imports `runtime` and single machines instead. */
export { ATTACKERS, type AttackedAttempt, type Attacker, type AttackerName } from "./attackers.ts";
export * from "./contract.ts";
export { digestTrials } from "./digest.ts";
export { createDraws, type Draws } from "./players/random.ts";
export { batteries, findBattery, findTask, tasks } from "./registry.ts";
export { replay, type StoredAttempt } from "./replay.ts";
export { playTask, type PlayTaskOptions, SANDBOX_PLAYERS, type SandboxPlayer } from "./sandbox.ts";
