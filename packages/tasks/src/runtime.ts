/** What the applicant's page needs beside the machines: types, how to tell a refusal, and the digest of an outcome. */
export * from "./contract.ts";
export { digestTrials } from "./digest.ts";
