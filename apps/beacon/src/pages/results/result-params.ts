import { getRouteApi } from "@tanstack/react-router";

import type { AnswerOf } from "../../api/types.ts";

const route = getRouteApi("/c/$companyId/results/$environmentId/$sessionId");

export type Detail = AnswerOf<"GET_RESULT_AS_PERSON">;

/** What every call about this session names. */
export function useResultParams() {
  const { companyId, environmentId, sessionId } = route.useParams();
  return { company_id: companyId, environment_id: environmentId, session_id: sessionId };
}
