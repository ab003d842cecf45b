import { useState, type ReactNode } from "react";

import { useAct } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { TextField } from "../../kit/fields.tsx";
import { FailureNote, Note } from "../../kit/states.tsx";
import { say } from "../../kit/toasts.tsx";
import { useSend } from "../../kit/use-send.ts";
import type { Named } from "./deployment-menu.tsx";

type Advice = readonly { readonly code: string; readonly detail: string }[];

/** Nothing was refused because of it; it helps whoever looks for a result later. */
export function AdviceNote({ advice }: { readonly advice: Advice }): ReactNode {
  if (advice.length === 0) return null;
  return (
    <Note tone="warn" title="The name is taken as it is. A thought about it">
      {advice.map(({ code, detail }) => (
        <p key={code}>{detail}</p>
      ))}
    </Note>
  );
}

export function RenameDialog({
  deployment,
  onClose,
}: {
  readonly deployment: Named;
  readonly onClose: () => void;
}): ReactNode {
  const params = { company_id: useCompanyId(), deployment_id: deployment.deployment_id };
  const [name, setName] = useState(deployment.name);
  const [advice, setAdvice] = useState<Advice>([]);
  const act = useAct("RENAME_DEPLOYMENT", ["LIST_DEPLOYMENTS", "GET_DEPLOYMENT", "GET_GO_LIVE"]);
  const { isBusy, failure, submit } = useSend(async () => {
    const done = await act.mutateAsync({ params, body: { name } });
    say({ tone: "good", text: `It is called "${done.name}" now.` });
    setAdvice(done.advice);
    if (done.advice.length === 0) onClose();
  });
  return (
    <Dialog title={`Rename "${deployment.name}"`} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Name"
          hint="For people only: ids, keys and links stay as they are."
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <AdviceNote advice={advice} />
        <FailureNote error={failure} />
        <div className="actions">
          <Button onClick={onClose}>{advice.length > 0 ? "Keep this name" : "Not now"}</Button>
          <Button type="submit" look="primary" isBusy={isBusy}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
