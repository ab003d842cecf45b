import { useState, type ReactNode } from "react";

import { useAct } from "../../api/queries.ts";
import { Button } from "../../kit/button.tsx";
import { Ask } from "../../kit/dialog.tsx";
import { formatCount } from "../../kit/format.ts";
import { useBatchParams, type BatchDetail } from "./batch-params.ts";
import { ExtendDialog } from "./extend-dialog.tsx";

const TOUCHED = ["LIST_LINKS_AS_PERSON", "GET_LINK_BATCH_AS_PERSON", "LIST_LINK_BATCHES_AS_PERSON"] as const;

/** What is done to all open links of a batch at once. */
export function BatchActs({ batch }: { readonly batch: BatchDetail }): ReactNode {
  const params = useBatchParams();
  const [asking, setAsking] = useState<"revoke" | "extend" | null>(null);
  const revoke = useAct("REVOKE_LINKS_AS_PERSON", TOUCHED);
  const extend = useAct("EXTEND_LINKS_AS_PERSON", TOUCHED);
  const open = (batch.links["created"] ?? 0) + (batch.links["opened"] ?? 0) + (batch.links["in_progress"] ?? 0);
  if (open === 0) return null;
  return (
    <>
      <Button onClick={() => setAsking("extend")}>Extend all</Button>
      <Button look="danger" onClick={() => setAsking("revoke")}>
        Revoke all open
      </Button>
      {asking === "extend" && (
        <ExtendDialog
          what={formatCount(open, "open link")}
          onClose={() => setAsking(null)}
          onExtend={async (valid_until) => extend.mutateAsync({ params, body: { valid_until } })}
        />
      )}
      {asking === "revoke" && (
        <Ask
          title={`Revoke ${formatCount(open, "open link")}?`}
          verb="Revoke them"
          isDangerous
          onClose={() => setAsking(null)}
          onYes={async () => revoke.mutateAsync({ params })}
        >
          <p>
            Each of these sessions ends as cancelled, and your webhook gets application.cancelled for each. Those that
            are finished stay as they are.
          </p>
        </Ask>
      )}
    </>
  );
}
