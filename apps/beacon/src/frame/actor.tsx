import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { useMe } from "../api/me.ts";
import { readPages } from "../api/queries.ts";
import { useCompanyId, useIsAdmin } from "./company.ts";

/**
 * Who did something, by name where there is one. `id` (`user:…`, `key:…`, `cli:…`, `system`) is what counts and stands in
 * the tooltip: names change and can be the same.
 */
export function Actor({ id, name }: { readonly id: string; readonly name: string | null }): ReactNode {
  return <span title={id}>{wordsFor(id, name)}</span>;
}

function wordsFor(id: string, name: string | null): string {
  if (id === "system") return "The system";
  if (id.startsWith("cli:")) return `${id.slice("cli:".length)} on the command line`;
  return name ?? (id.startsWith("key:") ? "An API key" : "Somebody who left");
}

/** The same where the answer has the id alone. Viewers may not list people: to them a colleague is a colleague. */
export function NamedActor({ id }: { readonly id: string }): ReactNode {
  const companyId = useCompanyId();
  const isAdmin = useIsAdmin();
  const me = useMe();
  const members = useInfiniteQuery({
    ...readPages("LIST_MEMBERS", { params: { company_id: companyId } }),
    enabled: isAdmin,
  });
  if (id === `user:${me.user_id}`) return <Actor id={id} name={me.name} />;
  if (!isAdmin && id.startsWith("user:")) return <Actor id={id} name="A colleague" />;
  const member = members.data?.pages
    .flatMap((page) => page.items)
    .find(({ user_id: userId }) => id === `user:${userId}`);
  return <Actor id={id} name={member?.name ?? null} />;
}
