import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * One project per kind of test, so that each can run alone: `npx vitest run --project unit`.
 * unit: no I/O beyond the file system. db: real PostgreSQL, one embedded server per run, a cloned database per file.
 * kill: processes really killed. acceptance: black box over HTTP. e2e: a real browser.
 */
const databaseSetup = ["apps/server/src/testing/global-setup.ts"];
const processTests = ["**/*.kill.test.ts"];
const never = ["**/node_modules/**", "**/dist/**", "**/artifacts/**", "**/.tallystick/**"];

/** Without a memory of earlier runs the largest file would begin first; the journey through all tasks is short and long. */
const LONGEST = "e2e/battery.test.ts";

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLongest = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(LONGEST);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

export default defineConfig({
  // Workspace packages are consumed from source; nothing is built for a test.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    passWithNoTests: true,
    sequence: { sequencer: LongestFirst },
    teardownTimeout: 60_000,
    allowOnly: false,
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "packages/**/*.test.{ts,tsx}",
            "apps/**/*.test.{ts,tsx}",
            "*.test.ts",
            "tools/**/*.test.ts",
            "demo/**/*.test.ts",
            "docs/**/*.test.ts",
            "validation/**/*.test.ts",
            "chaos/**/*.test.ts",
          ],
          exclude: [...never, "**/*.db.test.ts", ...processTests],
          testTimeout: 20_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "db",
          include: [
            "apps/**/*.db.test.ts",
            "packages/**/*.db.test.ts",
            "docs/**/*.db.test.ts",
            "tools/**/*.db.test.ts",
          ],
          exclude: [...never, ...processTests],
          globalSetup: databaseSetup,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "kill",
          include: processTests,
          exclude: never,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // Killed processes and measured restarts disturb each other.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "acceptance",
          include: ["acceptance/**/*.test.ts"],
          exclude: [...never, ...processTests],
          globalSetup: ["acceptance/support/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          exclude: never,
          globalSetup: ["e2e/global-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Journeys mostly wait, for frames and for the pace of a hand; the longest file fills one worker.
          maxWorkers: 3,
        },
      },
    ],
  },
});
