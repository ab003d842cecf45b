import type { Logger } from "../infra/logger.ts";

export interface Shutdown {
  /** Aborted as soon as the process should end. */
  readonly signal: AbortSignal;
  /** Resolves to the exit code once the end is wanted. */
  readonly wanted: Promise<number>;
  request(exitCode: number): void;
}

/** Longer than any step of an orderly end; reached only when something hangs. */
const LAST_RESORT_MS = 45_000;

const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** For a command that runs until a person ends it. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of END_SIGNALS) process.on(name, () => controller.abort());
  return controller.signal;
}

/**
 * From here on signals ask for an orderly end instead of killing. A Ctrl-C reaches npm and this process, and npm passes
 * it on as well, so a repeated signal is no impatience and changes nothing.
 */
export function installShutdown(log: Logger): Shutdown {
  const controller = new AbortController();
  let resolve: (exitCode: number) => void = () => undefined;
  const wanted = new Promise<number>((settle) => (resolve = settle));
  const request = (exitCode: number): void => {
    if (controller.signal.aborted) return;
    controller.abort();
    resolve(exitCode);
    setTimeout(() => {
      log.fatal("The end took too long");
      process.exit(1);
    }, LAST_RESORT_MS).unref();
  };
  for (const name of END_SIGNALS) {
    process.on(name, () => {
      log.info({ signal: name }, "Stopping");
      request(0);
    });
  }
  // What nobody expected leaves the process in a state nobody knows: end in order, and let the supervisor start afresh.
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "Uncaught exception");
    request(1);
  });
  return { signal: controller.signal, wanted, request };
}
