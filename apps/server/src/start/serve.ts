import type { FastifyInstance } from "fastify";

import type { Config } from "../config.ts";
import { buildApp } from "../http/app.ts";
import type { Deps } from "../infra/deps.ts";
import { createLogger, type Logger } from "../infra/logger.ts";
import { startBackground } from "./background.ts";
import { buildDeps, type Built } from "./deps.ts";
import { announce } from "./first-run.ts";
import { checkPort, explainListen } from "./port.ts";
import { installShutdown, type Shutdown } from "./shutdown.ts";
import type { Terminal } from "./terminal.ts";

/** What one process does: `serve` both, `api` and `worker` one each. */
export interface Duties {
  readonly api: boolean;
  readonly worker: boolean;
}

const POOL_SIZE = 16;

/** Requests take milliseconds; what is open after this is a browser's spare connection or a phone without a network. */
const CLOSE_PATIENCE_MS = 3_000;

/** Runs until a signal or a failure ends it; resolves to the exit code. Throws StartRefused in words. */
export async function serve(config: Config, duties: Duties, terminal: Terminal): Promise<number> {
  const log = createLogger(config);
  const shutdown = installShutdown(log);
  const settled = duties.api ? await settlePort(config) : config;
  const built = await build(settled, { duties, terminal, shutdown, log });
  try {
    if (shutdown.signal.aborted) return await shutdown.wanted;
    return await run(built.deps, { duties, terminal, shutdown });
  } finally {
    await built.close();
    log.info("Stopped");
  }
}

/** With port 0 the links must name the port that was found. */
async function settlePort(config: Config): Promise<Config> {
  const port = await checkPort(config.host, config.port);
  if (config.port !== 0) return config;
  const named = (url: string): string => url.replace(/:0$/, `:${port}`);
  return { ...config, port, publicUrl: named(config.publicUrl), beaconUrl: named(config.beaconUrl) };
}

interface Surroundings {
  readonly duties: Duties;
  readonly terminal: Terminal;
  readonly shutdown: Shutdown;
}

function build(config: Config, around: Surroundings & { readonly log: Logger }): Promise<Built> {
  const { duties, terminal, shutdown, log } = around;
  return buildDeps(config, {
    log,
    poolSize: POOL_SIZE,
    shared: !(duties.api && duties.worker),
    processMetrics: true,
    signal: shutdown.signal,
    onProgress: (text) => terminal.note(`${text} …\n`),
    onLost: (error) => {
      terminal.note(`${error.message}\n`);
      shutdown.request(1);
    },
  });
}

async function run(deps: Deps, { duties, terminal, shutdown }: Surroundings): Promise<number> {
  const app = duties.api ? buildApp(deps) : null;
  const background = duties.worker ? startBackground(deps) : null;
  try {
    const { host, port } = deps.config;
    await app?.listen({ host, port }).catch((error: Error) => {
      throw explainListen(error, host, port);
    });
    if (duties.api) await announce(deps, terminal);
    else terminal.note("The worker runs.\n");
    return await shutdown.wanted;
  } finally {
    // Requests first: what they commit wakes the dispatcher, which then finishes what it has claimed.
    if (app !== null) await closeApp(app);
    await background?.stop();
  }
}

async function closeApp(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_PATIENCE_MS);
  await app.close();
  clearTimeout(timer);
}
