/** Types of what tests use; the module itself is plain JavaScript because it runs before anything is installed. */

/** Path of an installed Chrome or Chromium, or null; CHROMIUM names one. */
export declare function findBrowser(): string | null;
/** Folder with Debian's PostgreSQL programs, or null. */
export declare function findPostgres(): string | null;
/** A sentence that says what to do, or null when this version of Node can run the project. */
export declare function nodeProblem(version?: string): string | null;
/** Why node_modules do not fit package-lock.json, or null when they do. */
export declare function installProblem(root: string): string | null;
/** Exit code and everything a program said. Never rejects. */
export declare function run(
  command: string,
  parameters: readonly string[],
): Promise<{ readonly code: number; readonly output: string }>;
/** A duration as people read it. */
export declare function seconds(ms: number): string;
