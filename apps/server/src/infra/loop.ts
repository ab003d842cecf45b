import type { Logger } from "./logger.ts";

export interface Loop {
  /** Starts no further pass and waits for the one under way. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  readonly everyMs: number;
  readonly log: Logger;
  readonly pass: () => Promise<void>;
  /** Registers what wakes the loop at once; returns the function that stops listening. */
  readonly wakeOn?: (wake: () => void) => () => void;
}

/** Passes one after the other, never two at once; a failure is logged and the next pass tries again. */
export function startLoop(options: LoopOptions): Loop {
  const { name, everyMs, log, pass } = options;
  let isStopped = false;
  let isWoken = false;
  let endPause: () => void = () => {};
  const wake = (): void => {
    isWoken = true;
    endPause();
  };
  const stopListening = options.wakeOn?.(wake);

  async function run(): Promise<void> {
    while (!isStopped) {
      isWoken = false;
      try {
        await pass();
      } catch (error) {
        log.error({ err: error }, `${name} failed and will be tried again`);
      }
      if (!isStopped && !isWoken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, everyMs);
          timer.unref();
          endPause = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  }

  const running = run();
  return {
    async stop() {
      isStopped = true;
      stopListening?.();
      endPause();
      await running;
    },
  };
}
