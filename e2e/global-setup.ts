import type { TestProject } from "vitest/node";
import { startTarget } from "./server.ts";

/** One server for all journeys; each file makes deployments of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { target, stop } = await startTarget();
  project.provide("e2e", target);
  return stop;
}
