import { startServer, type ServerProcess } from "../tools/harness/server-process.ts";
import { parseOptions, USAGE } from "./options.ts";
import { type DemoResult, playDemo } from "./play.ts";
import { formatTable } from "./table.ts";

const EXPLAIN =
  "Lower score = less risk, relative to other applicants. Low data confidence means review, never decline.";

const running: { server: ServerProcess | null; stopping: boolean } = { server: null, stopping: false };

function progress(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** Ctrl-C ends the server and its database and leaves no data behind. */
function cleanUpOnSignal(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (running.stopping) return;
      running.stopping = true;
      progress("\nStopping …");
      void (running.server?.remove() ?? Promise.resolve()).finally(() => process.exit(130));
    });
  }
}

function report(
  results: readonly DemoResult[],
  options: { json: boolean; applicants: number; startedAtMs: number },
): void {
  const verified = results.filter((result) => result.verified).length;
  const seconds = Math.round((Date.now() - options.startedAtMs) / 100) / 10;
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ applicants: options.applicants, verified, seconds, results }, null, 2)}\n`,
    );
  } else {
    process.stdout.write(`\n${formatTable(results)}\n\n${EXPLAIN}\n`);
    process.stdout.write(`${verified} of ${options.applicants} results came from verified webhooks in ${seconds} s.\n`);
  }
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(USAGE);
    return 0;
  }
  cleanUpOnSignal();
  progress("Starting a fresh server with its own database …");
  const server = await startServer();
  running.server = server;
  const startedAtMs = Date.now();
  progress(`Server ready at ${server.baseUrl}. ${options.applicants} applicants play.`);
  const onResult = (result: DemoResult): void =>
    progress(`  ${result.uid} ${result.verified ? `score ${result.score}` : `failed: ${result.problem}`}`);
  const results = await playDemo(server, { applicants: options.applicants, onResult });
  report(results, { ...options, startedAtMs });
  return results.every((result) => result.verified && result.score !== null) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  // What was cut off by Ctrl-C fails; that is no news.
  if (!running.stopping) progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await running.server?.remove();
}
