import type { ReactNode } from "react";

import type { AnswerOf } from "../../api/types.ts";
import { Actor, NamedActor } from "../../frame/actor.tsx";

type Made = Pick<AnswerOf<"GET_LINK_BATCH_AS_PERSON">, "created_by" | "created_by_name">;

/** Who made a batch. Viewers are not told the name, so they read "A colleague" and not an id. */
export function Maker({ of: { created_by: id, created_by_name: name } }: { readonly of: Made }): ReactNode {
  return name === null ? <NamedActor id={id} /> : <Actor id={id} name={name} />;
}
