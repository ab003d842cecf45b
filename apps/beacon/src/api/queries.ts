import {
  infiniteQueryOptions,
  keepPreviousData,
  QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";

import { isPassing } from "./api-error.ts";
import { call } from "./client.ts";
import type { AnswerOf, CallOf, OperationName } from "./types.ts";

/** One for the page: what was read stays while one walks about, and is asked for anew when somebody looks at it again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 5 * 60_000,
        retry: (count, error) => count < 2 && isPassing(error),
        // A page that is offline says so and tries by itself; react-query would wait in silence.
        networkMode: "always",
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

/** `useQuery(read("GET_DEPLOYMENT", { params }))`: a reading operation with its key. */
export function read<N extends OperationName>(name: N, request: CallOf<N>) {
  return queryOptions({
    queryKey: [name, request] as const,
    queryFn: async ({ signal }) => call(name, { ...request, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Operations that answer pages `{items, next}` and take `after` in the query. */
type ListName = {
  [N in OperationName]: AnswerOf<N> extends { readonly items: readonly unknown[]; readonly next: string | null }
    ? N
    : never;
}[OperationName];

/** `useInfiniteQuery(readPages("LIST_AUDIT", { params, query }))`: page by page along the cursor. */
export function readPages<N extends ListName>(name: N, request: CallOf<N>) {
  return infiniteQueryOptions({
    queryKey: [name, "pages", request] as const,
    queryFn: async ({ signal, pageParam }) => {
      const after = pageParam === null ? {} : { after: pageParam };
      // A list that is asked by POST has its cursor in the body.
      const { body, query } = request as { readonly body?: object; readonly query?: object };
      const place = body === undefined ? { query: { ...query, ...after } } : { body: { ...body, ...after } };
      return call(name, { ...request, ...place, signal } as CallOf<N>);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page as unknown as { readonly next: string | null }).next,
    placeholderData: keepPreviousData,
  });
}

/**
 * `const rename = useAct("RENAME_DEPLOYMENT", ["LIST_DEPLOYMENTS", "GET_DEPLOYMENT"])`: an operation that changes
 * something, and what must be read anew after it. `rename.mutate({ params, body })`.
 */
export function useAct<N extends OperationName>(name: N, touched: readonly OperationName[] = []) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: [name],
    mutationFn: async (request: CallOf<N>) => call(name, request),
    onSettled: async () => {
      await Promise.all(touched.map((one) => client.invalidateQueries({ queryKey: [one] })));
    },
  });
}
