import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { read } from "../../../api/queries.ts";
import { Loaded } from "../../../kit/states.tsx";
import { useSideParams, type Side } from "../use-deployment.ts";
import { EndpointState } from "./endpoint-state.tsx";
import { Notices } from "./notices.tsx";
import { Trial } from "./trial.tsx";
import { UrlForm } from "./url-form.tsx";

/** Where results of one side go: the address, its state, a trial, and what admins were told about it. */
export function WebhookTab({ side }: { readonly side: Side }): ReactNode {
  const params = useSideParams(side);
  const endpoint = useQuery(read("GET_ENDPOINT", { params }));
  /** As typed; null: as saved. The trial takes it, so that an address is tried before anything depends on it. */
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <Loaded of={endpoint} what="the webhook">
      {(found) => (
        <>
          <UrlForm side={side} saved={found.url ?? ""} draft={draft} onDraft={setDraft} />
          <EndpointState side={side} endpoint={found} />
          <Trial side={side} saved={found.url ?? ""} draft={draft} />
          <Notices side={side} />
        </>
      )}
    </Loaded>
  );
}
