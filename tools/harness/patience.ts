import { setTimeout as delay } from "node:timers/promises";
import { type Answer, followLink, type Tab } from "./applicant.ts";

/** Phones and lenders as they really are: they send again until they are answered. */

const RETRIED = new Set([429, 500, 502, 503]);
const PAUSE_MS = 100;

/** Repeats until there is an answer that is no outage; throws after `patienceMs`. */
export async function untilAnswered<T extends { readonly status: number }>(
  attempt: () => Promise<T>,
  patienceMs: number,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      const answer = await attempt();
      if (!RETRIED.has(answer.status)) return answer;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error(`No answer within ${patienceMs} ms`);
    await delay(PAUSE_MS);
  }
}

/** Follows the link; every call of the tab is then repeated until it is answered. */
export async function followPatiently(link: string, patienceMs: number): Promise<Tab> {
  const { tab } = await untilAnswered(async () => ({ status: 200, tab: await followLink(link) }), patienceMs);
  return {
    ...tab,
    call: <Body>(...parameters: Parameters<Tab["call"]>): Promise<Answer<Body>> =>
      untilAnswered(() => tab.call<Body>(...parameters), patienceMs),
    page: () => untilAnswered(() => tab.page(), patienceMs),
  };
}
