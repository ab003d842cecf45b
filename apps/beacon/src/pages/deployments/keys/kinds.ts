import { useQuery } from "@tanstack/react-query";

import { read, useAct } from "../../../api/queries.ts";
import type { BodyOf } from "../../../api/types.ts";
import { useSideParams, type Side } from "../use-deployment.ts";

/** A key or a webhook secret as the list shows it. */
export interface Credential {
  readonly id: string;
  readonly hint: string;
  readonly status: "current" | "retiring" | "next" | "retired" | "revoked";
  readonly createdAt: number;
  /** Undefined where nobody notes it. */
  readonly lastUsedAt?: number | null;
  readonly endsAt: number | null;
}

export interface Rotated {
  readonly text: string;
  /** When the old one ends, epoch seconds; null: it has ended, or there was none. */
  readonly oldEndsAt: number | null;
}

export type Rotation = BodyOf<"ROTATE_API_KEY">;

/** What the two kinds have in common, so that one screen serves both. */
export interface Kind {
  readonly list: { readonly data: readonly Credential[] | undefined; readonly error: unknown; refetch: () => unknown };
  readonly reveal: (id: string) => Promise<string>;
  readonly rotate: (rotation: Rotation) => Promise<Rotated>;
  readonly revoke: (id: string) => Promise<unknown>;
}

/** Newest first, those that still work before those that ended. */
const TOUCHED = ["LIST_API_KEYS", "GET_DEPLOYMENT", "GET_GO_LIVE"] as const;

export function useApiKeys(side: Side): Kind {
  const params = useSideParams(side);
  const { data, error, refetch } = useQuery(read("LIST_API_KEYS", { params }));
  const reveal = useAct("REVEAL_API_KEY");
  const rotate = useAct("ROTATE_API_KEY", TOUCHED);
  const revoke = useAct("REVOKE_API_KEY", TOUCHED);
  return {
    list: {
      data: data?.items.map((key) => ({
        id: key.key_id,
        hint: key.hint,
        status: key.status,
        createdAt: key.created_at,
        lastUsedAt: key.last_used_at,
        endsAt: key.revoked_at ?? key.retires_at,
      })),
      error,
      refetch,
    },
    reveal: async (id) => (await reveal.mutateAsync({ params: { ...params, key_id: id } })).api_key,
    rotate: async (body) => {
      const { api_key: text, ending } = await rotate.mutateAsync({ params, body });
      return { text, oldEndsAt: laterOf(ending.map((one) => one.ends_at)) };
    },
    revoke: async (id) => revoke.mutateAsync({ params: { ...params, key_id: id } }),
  };
}

export function useWebhookSecrets(side: Side): Kind {
  const params = useSideParams(side);
  const { data, error, refetch } = useQuery(read("LIST_WEBHOOK_SECRETS", { params }));
  const reveal = useAct("REVEAL_WEBHOOK_SECRET");
  const rotate = useAct("ROTATE_WEBHOOK_SECRET", ["LIST_WEBHOOK_SECRETS"]);
  const revoke = useAct("REVOKE_WEBHOOK_SECRET", ["LIST_WEBHOOK_SECRETS"]);
  return {
    list: {
      data: data?.items.map((secret) => ({
        id: secret.secret_id,
        hint: secret.hint,
        status: secret.status,
        createdAt: secret.created_at,
        endsAt: secret.retires_at,
      })),
      error,
      refetch,
    },
    reveal: async (id) => (await reveal.mutateAsync({ params: { ...params, secret_id: id } })).webhook_secret,
    rotate: async (body) => {
      const { webhook_secret: text, ending } = await rotate.mutateAsync({ params, body });
      return { text, oldEndsAt: laterOf(ending.map((one) => one.ends_at)) };
    },
    revoke: async (id) => revoke.mutateAsync({ params: { ...params, secret_id: id } }),
  };
}

/** The last moment that is still to come; null when all have passed. */
function laterOf(moments: readonly number[]): number | null {
  const last = Math.max(0, ...moments);
  return last * 1000 > Date.now() ? last : null;
}
