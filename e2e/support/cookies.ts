import type { Page } from "playwright-core";
import { expect, inject } from "vitest";

/** A browser that keeps no cookie: the hand-over's is taken out of its answer. */
export async function refuseCookies(page: Page): Promise<void> {
  await page.route(`${inject("e2e").baseUrl}/a/*`, async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const { "set-cookie": refused, ...headers } = response.headers();
    expect(refused).toContain("tsj_");
    // The fetch itself has stored it.
    await page.context().clearCookies();
    await route.fulfill({ response, headers });
  });
}
