import { createLinksSchema, type LinkBatchDetail } from "@tallystick/contract";
import type { z } from "zod";

import type { TestLender } from "../../../testing/lender.ts";
import { SYSTEM } from "../../audit/service.ts";
import { environmentById } from "../../deployments/service.ts";
import { createBatch, listLinks, showBatch } from "../service.ts";

export const BATCHES = "/v1/links-management/batches";
export const LINKS = "/v1/links-management/links";

/** Calls of the lender's server in Test, and batches made by the service; `current` is asked at each call. */
export function linkCalls(current: () => TestLender) {
  async function call(method: "GET" | "POST", url: string, payload?: unknown, headers: Record<string, string> = {}) {
    const answer = await current().app.inject({
      method,
      url,
      headers: {
        "api-key": current().deployment.test.apiKey,
        ...(payload !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(payload !== undefined && { payload: JSON.stringify(payload) }),
    });
    return { status: answer.statusCode, headers: answer.headers, raw: answer.rawPayload, text: answer.body };
  }
  async function json(method: "GET" | "POST", url: string, payload?: unknown, headers?: Record<string, string>) {
    const answer = await call(method, url, payload, headers);
    return {
      status: answer.status,
      body: JSON.parse(answer.text) as Record<string, never> & { [name: string]: unknown },
    };
  }

  const environment = () =>
    environmentById(current().deps, current().deployment.companyId, current().deployment.test.environmentId);

  /** A batch that is ready (or failed), by the service. */
  async function made(
    wish: Partial<z.input<typeof createLinksSchema>>,
  ): Promise<LinkBatchDetail & { readonly sessions: readonly string[]; readonly codes: readonly string[] }> {
    const place = await environment();
    const { batch, done } = await createBatch(current().deps, {
      environment: place,
      wish: createLinksSchema.parse({ name: "A batch", ...wish }),
      actor: SYSTEM,
    });
    await done;
    const { items } = await listLinks(current().deps, place, { batchId: batch.batchId, limit: 1000 });
    return {
      ...(await showBatch(current().deps, place, batch.batchId)),
      sessions: items.map(({ session_id }) => session_id),
      codes: items.map(({ link }) => link.slice(link.lastIndexOf("/") + 1)),
    };
  }

  return { call, json, made, environment };
}
