import { lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";

import { noAnswer } from "../api/client.ts";

/**
 * A page whose program is fetched when it is first opened. Without a connection that is said in place of the page: the
 * router would load the document anew, and the browser put its own error page over everything.
 */
export function lazyPage<Name extends string>(
  fetchProgram: () => Promise<Readonly<Record<Name, ComponentType>>>,
  name: Name,
): ReturnType<typeof lazyRouteComponent<Readonly<Record<Name, ComponentType>>, Name>> {
  const fetchOrSay = (): Promise<Readonly<Record<Name, ComponentType>>> =>
    fetchProgram().catch((cause: unknown) => {
      throw navigator.onLine ? cause : noAnswer(cause);
    });
  return lazyRouteComponent(fetchOrSay, name);
}
