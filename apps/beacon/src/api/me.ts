import { useSuspenseQuery } from "@tanstack/react-query";

import { call, rememberCsrf } from "./client.ts";
import type { AnswerOf } from "./types.ts";

export type Me = AnswerOf<"GET_ME">;
export type Company = Me["companies"][number];

export const ME = {
  queryKey: ["GET_ME"],
  queryFn: async (): Promise<Me> => {
    const me = await call("GET_ME", {});
    rememberCsrf(me.csrf_token);
    return me;
  },
  staleTime: 60_000,
} as const;

/** Who is signed in; inside the frame there always is somebody. */
export function useMe(): Me {
  return useSuspenseQuery(ME).data;
}

/** Signed in, with the second factor given and a password of one's own. */
export function isWholly(me: Me): boolean {
  return !me.second_factor_required && !me.password_change_required;
}
