import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { readPages, useAct } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Badge, type BadgeTone } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { Ask } from "../../kit/dialog.tsx";
import { formatWord } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { FailureNote, Loaded, Note } from "../../kit/states.tsx";
import { More, Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { say } from "../../kit/toasts.tsx";
import { mailAdvice, type Invitation } from "./roles.ts";

const STATES: Readonly<Record<Invitation["state"], readonly [tone: BadgeTone, word: string]>> = {
  open: ["note", "Open"],
  expired: ["warn", "Ran out"],
  accepted: ["good", "Accepted"],
  revoked: ["plain", "Withdrawn"],
};

export function Invitations(): ReactNode {
  const companyId = useCompanyId();
  const invitations = useInfiniteQuery(readPages("LIST_INVITATIONS", { params: { company_id: companyId } }));
  const [withdrawn, setWithdrawn] = useState<Invitation | null>(null);
  const resend = useAct("RESEND_INVITATION", ["LIST_INVITATIONS"]);
  const again = ({ invitation_id, email }: Invitation): void => {
    resend.mutate(
      { params: { company_id: companyId, invitation_id } },
      {
        onSuccess: (sent) => {
          if (mailAdvice(sent) === null) say({ tone: "good", text: `Sent to ${email} again, for another 24 hours.` });
        },
      },
    );
  };
  const advice = resend.data === undefined ? null : mailAdvice(resend.data);
  const busyId = resend.isPending ? resend.variables.params.invitation_id : null;
  const columns = columnsFor(busyId, again, setWithdrawn);
  return (
    <Section
      title="Invitations"
      lead="Newest first. A link is valid for 24 hours after it was last sent, and works once."
    >
      <FailureNote error={resend.error} />
      {advice !== null && (
        <Note tone="warn" title="The mail has not left" isAlert>
          <p>{advice}</p>
        </Note>
      )}
      <Loaded of={invitations} what="the invitations" rows={2}>
        {({ pages }) => <List rows={pages.flatMap((page) => page.items)} columns={columns} />}
      </Loaded>
      <More of={invitations} />
      {withdrawn !== null && <Withdraw invitation={withdrawn} onClose={() => setWithdrawn(null)} />}
    </Section>
  );
}

function List({
  rows,
  columns,
}: {
  readonly rows: readonly Invitation[];
  readonly columns: readonly Column<Invitation>[];
}): ReactNode {
  if (rows.length === 0) return <p className="soft">Nobody was invited from here yet.</p>;
  return <Table caption="Invitations" columns={columns} rows={rows} rowKey={(row) => row.invitation_id} />;
}

function columnsFor(
  busyId: string | null,
  onAgain: (invitation: Invitation) => void,
  onWithdraw: (invitation: Invitation) => void,
): readonly Column<Invitation>[] {
  return [
    { key: "email", title: "E-mail address", cell: ({ email }) => email },
    { key: "role", title: "Role", cell: ({ role }) => formatWord(role) },
    {
      key: "state",
      title: "State",
      cell: ({ state }) => <Badge tone={STATES[state][0]}>{STATES[state][1]}</Badge>,
    },
    {
      key: "until",
      title: "Valid until",
      cell: ({ state, expires_at }) =>
        state === "open" || state === "expired" ? <Time at={expires_at} /> : <span className="soft">–</span>,
    },
    { key: "made", title: "Invited", isHiddenOnCards: true, cell: ({ created_at }) => <Time at={created_at} isAgo /> },
    {
      key: "acts",
      title: "Change",
      cell: (invitation) =>
        invitation.state === "open" || invitation.state === "expired" ? (
          <div className="row">
            <Button
              look="quiet"
              isBusy={busyId === invitation.invitation_id}
              aria-label={`Send again to ${invitation.email}`}
              onClick={() => onAgain(invitation)}
            >
              Send again
            </Button>
            <Button
              look="quiet"
              aria-label={`Withdraw the invitation of ${invitation.email}`}
              onClick={() => onWithdraw(invitation)}
            >
              Withdraw
            </Button>
          </div>
        ) : (
          <span className="soft">–</span>
        ),
    },
  ];
}

function Withdraw({
  invitation,
  onClose,
}: {
  readonly invitation: Invitation;
  readonly onClose: () => void;
}): ReactNode {
  const companyId = useCompanyId();
  const revoke = useAct("REVOKE_INVITATION", ["LIST_INVITATIONS"]);
  return (
    <Ask
      title="Withdraw the invitation"
      verb="Withdraw"
      isDangerous
      onClose={onClose}
      onYes={async () => {
        await revoke.mutateAsync({ params: { company_id: companyId, invitation_id: invitation.invitation_id } });
        say({ tone: "good", text: `The invitation of ${invitation.email} is withdrawn.` });
      }}
    >
      <p>The link that {invitation.email} has ends at once. You can invite them again at any time.</p>
    </Ask>
  );
}
