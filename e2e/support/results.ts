import type { Page } from "playwright-core";
import { inject } from "vitest";

import type { Receiver } from "../../tools/harness/receiver.ts";
import type { Deployment, Environment } from "../server.ts";

/** What a webhook says of a score; `null` where the journey ended without one. */
export interface Announced {
  readonly uid: string;
  readonly type: string;
  readonly score: number | null;
  readonly band: string | null;
  readonly confidence: string | null;
  readonly flags: readonly string[];
}

interface Body {
  readonly uid: string;
  readonly event: {
    readonly type: string;
    readonly details: {
      readonly calculated?: {
        readonly score: number;
        readonly risk_band: string;
        readonly score_confidence: string;
        readonly flags: readonly { readonly key: string }[];
      };
    };
  };
}

/** One session by the lender's own call. */
export async function postUid(environment: Environment, uid: string) {
  const { baseUrl } = inject("e2e");
  const response = await fetch(`${baseUrl}/v1/sessions-management/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json", "api-key": environment.api_key },
    body: JSON.stringify({ uid, integration_id: environment.integration_id }),
  });
  if (!response.ok) throw new Error(`No session: ${String(response.status)} ${await response.text()}`);
  return (await response.json()) as { readonly session_id: string; readonly link: string };
}

/** Creates the sandbox's uids and waits until each has been played to its end: what the receiver heard of it. */
export async function simulate(
  deployment: Deployment,
  receiver: Receiver,
  uids: readonly string[],
): Promise<readonly Announced[]> {
  for (const uid of uids) await postUid(deployment.test, uid);
  return Promise.all(
    uids.map(async (uid) => {
      const last = await receiver.waitFor(({ body }) => {
        const { uid: of, event } = JSON.parse(body) as Body;
        return of === uid && event.type !== "application.complete";
      }, 30_000);
      const { event } = JSON.parse(last.body) as Body;
      const { calculated } = event.details;
      return {
        uid,
        type: event.type,
        score: calculated?.score ?? null,
        band: calculated?.risk_band ?? null,
        confidence: calculated?.score_confidence ?? null,
        flags: calculated?.flags.map(({ key }) => key) ?? [],
      };
    }),
  );
}

/** The addresses that the page asked for; a uid must be in none of them. */
export function watchAddresses(page: Page): readonly string[] {
  const seen: string[] = [];
  page.on("request", (request) => seen.push(request.url(), request.headers()["referer"] ?? ""));
  return seen;
}

/** The uids of the table as it stands, in its order. */
export async function shownUids(page: Page): Promise<readonly string[]> {
  return page.locator("tbody tr td:first-child a").allInnerTexts();
}
