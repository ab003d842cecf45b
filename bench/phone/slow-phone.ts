import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";

/** The phone of the targets: 3G at 562 ms a request and 1.44 Mbit/s, a processor four times slower than this one. */
export const SLOW = { latencyMs: 562, megabitsPerSecond: 1.44, cpuSlowdown: 4 } as const;

export interface SlowPhone {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly session: CDPSession;
}

/** A fresh phone with an empty cache. `line` false leaves the network as it is. */
export async function openSlowPhone(browser: Browser, options: { readonly line: boolean }): Promise<SlowPhone> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: "en-GB",
  });
  // The runner of TypeScript keeps the names of functions by a helper that the page does not have.
  await context.addInitScript("globalThis.__name ??= (named) => named");
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW.cpuSlowdown });
  if (options.line) {
    const bytesPerSecond = (SLOW.megabitsPerSecond * 1_000_000) / 8;
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: SLOW.latencyMs,
      downloadThroughput: bytesPerSecond,
      uploadThroughput: bytesPerSecond,
    });
  }
  return { context, page, session };
}
