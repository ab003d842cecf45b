import { getRouteApi } from "@tanstack/react-router";

import type { AnswerOf } from "../../api/types.ts";

const route = getRouteApi("/c/$companyId/links/$environmentId/$batchId");

export type BatchDetail = AnswerOf<"GET_LINK_BATCH_AS_PERSON">;
export type LinkItem = AnswerOf<"LIST_LINKS_AS_PERSON">["items"][number];

/** What every call about a batch names. */
export function useBatchParams() {
  const { companyId, environmentId, batchId } = route.useParams();
  return { company_id: companyId, environment_id: environmentId, batch_id: batchId };
}
