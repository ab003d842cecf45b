import type { Browser } from "playwright-core";

import { openSlowPhone } from "./slow-phone.ts";

export interface FirstScreen {
  /** ms from opening the link, redirect included, to the largest contentful paint. */
  readonly largestPaintMs: number;
  /** Bytes over the line until the network was quiet. */
  readonly bytes: number;
  readonly requests: number;
}

/** Opens a link on a phone that has never seen the server. */
export async function measureFirstScreen(browser: Browser, link: string): Promise<FirstScreen> {
  const phone = await openSlowPhone(browser, { line: true });
  let bytes = 0;
  let requests = 0;
  phone.session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  try {
    await phone.page.goto(link, { waitUntil: "networkidle" });
    await phone.page.locator("#consent-accept:enabled").waitFor();
    const largestPaintMs = await phone.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => {
            resolve(list.getEntries().at(-1)?.startTime ?? Number.NaN);
          }).observe({ type: "largest-contentful-paint", buffered: true });
        }),
    );
    return { largestPaintMs, bytes, requests };
  } finally {
    await phone.context.close();
  }
}
