import type { ReactNode } from "react";

/**
 * Who did something, by name where there is one. `id` is what counts and stands in the tooltip: names change and can be
 * the same.
 */
export function Actor({ id, name }: { readonly id: string; readonly name: string | null }): ReactNode {
  return <span title={id}>{name ?? wordsFor(id)}</span>;
}

function wordsFor(id: string): string {
  if (id.startsWith("key:")) return "API key";
  return id.startsWith("user:") ? "A person who is not known any more" : id;
}
