/** What the applicant's page needs beside the machines: types, and how to tell a refusal. */
export * from "./contract.ts";
