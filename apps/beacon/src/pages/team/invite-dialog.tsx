import { useState, type ReactNode } from "react";

import { useAct } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { SelectField, TextField } from "../../kit/fields.tsx";
import { FailureNote, Note } from "../../kit/states.tsx";
import { say } from "../../kit/toasts.tsx";
import { useSend } from "../../kit/use-send.ts";
import { mailAdvice, ROLE_CHOICES, type Invitation, type Role } from "./roles.ts";

export function InviteDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [waiting, setWaiting] = useState<Invitation | null>(null);
  const finish = (invitation: Invitation): void => {
    if (mailAdvice(invitation) !== null) return setWaiting(invitation);
    say({ tone: "good", text: `The invitation to ${invitation.email} is on its way. It is valid for 24 hours.` });
    onClose();
  };
  return (
    <Dialog title="Invite a teammate" isOpen onClose={onClose}>
      {waiting === null ? (
        <InviteForm onClose={onClose} onDone={finish} />
      ) : (
        <>
          <Note tone="warn" title={`${waiting.email} is invited, but the mail has not left`} isAlert>
            <p>{mailAdvice(waiting)}</p>
          </Note>
          <div className="actions">
            <Button look="primary" onClick={onClose}>
              Understood
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function InviteForm({
  onClose,
  onDone,
}: {
  readonly onClose: () => void;
  readonly onDone: (invitation: Invitation) => void;
}): ReactNode {
  const companyId = useCompanyId();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const invite = useAct("CREATE_INVITATION", ["LIST_INVITATIONS"]);
  const { isBusy, failure, submit } = useSend(async () => {
    onDone(await invite.mutateAsync({ params: { company_id: companyId }, body: { email, role } }));
  });
  return (
    <form className="stack" onSubmit={submit}>
      <p>They get a mail with a link that is valid for 24 hours and works once.</p>
      <TextField
        label="E-mail address"
        type="email"
        autoComplete="off"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <SelectField label="Role" value={role} choices={ROLE_CHOICES} onPick={setRole} />
      <FailureNote error={failure} />
      <div className="actions">
        <Button onClick={onClose}>Not now</Button>
        <Button type="submit" look="primary" isBusy={isBusy}>
          Send the invitation
        </Button>
      </div>
    </form>
  );
}
