import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { useMe } from "../../api/me.ts";
import { readPages, useAct } from "../../api/queries.ts";
import { useCompany, useCompanyId } from "../../frame/company.ts";
import { Badge } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { Ask } from "../../kit/dialog.tsx";
import { formatWord } from "../../kit/format.ts";
import { Icon } from "../../kit/icons.tsx";
import { Menu } from "../../kit/menu.tsx";
import { Section } from "../../kit/page.tsx";
import { Loaded } from "../../kit/states.tsx";
import { More, Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { say } from "../../kit/toasts.tsx";
import type { Member } from "./roles.ts";

type Wish = { readonly member: Member; readonly act: "role" | "remove" };

export function Members(): ReactNode {
  const companyId = useCompanyId();
  const me = useMe();
  const members = useInfiniteQuery(readPages("LIST_MEMBERS", { params: { company_id: companyId } }));
  const [wish, setWish] = useState<Wish | null>(null);
  const columns = columnsFor(me.user_id, setWish);
  return (
    <Section title="Members">
      <Loaded of={members} what="the members">
        {({ pages }) => (
          <Table
            caption="Members"
            columns={columns}
            rows={pages.flatMap((page) => page.items)}
            rowKey={(member) => member.user_id}
          />
        )}
      </Loaded>
      <More of={members} />
      {wish?.act === "role" && <ChangeRole member={wish.member} onClose={() => setWish(null)} />}
      {wish?.act === "remove" && <Remove member={wish.member} onClose={() => setWish(null)} />}
    </Section>
  );
}

const PLAIN: readonly Column<Member>[] = [
  { key: "role", title: "Role", cell: (member) => formatWord(member.role) },
  {
    key: "seen",
    title: "Last here",
    cell: (member) =>
      member.last_seen_at === null ? <span className="soft">Never</span> : <Time at={member.last_seen_at} isAgo />,
  },
  {
    key: "factor",
    title: "Second factor",
    cell: (member) => (member.second_factor ? <Badge tone="good">On</Badge> : <Badge tone="warn">Not set up</Badge>),
  },
  { key: "joined", title: "Joined", isHiddenOnCards: true, cell: (member) => <Time at={member.joined_at} /> },
  {
    key: "state",
    title: "Account",
    cell: (member) => (member.disabled ? <Badge tone="bad">Switched off by the operator</Badge> : "Active"),
  },
];

function columnsFor(ownId: string, onWish: (wish: Wish) => void): readonly Column<Member>[] {
  return [
    {
      key: "name",
      title: "Name",
      cell: (member) => (
        <div>
          <strong>{member.name}</strong> {member.user_id === ownId && <Badge tone="note">You</Badge>}
          <div className="soft">{member.email}</div>
        </div>
      ),
    },
    ...PLAIN,
    { key: "acts", title: "Change", cell: (member) => <Acts member={member} onWish={onWish} /> },
  ];
}

function Acts({ member, onWish }: { readonly member: Member; readonly onWish: (wish: Wish) => void }): ReactNode {
  return (
    <Menu
      trigger={
        <Button look="quiet" aria-label={`Change ${member.name}`}>
          Change
          <Icon name="down" />
        </Button>
      }
      items={[
        {
          label: member.role === "admin" ? "Make a viewer" : "Make an admin",
          onPick: () => onWish({ member, act: "role" }),
        },
        { label: "Remove", isDangerous: true, onPick: () => onWish({ member, act: "remove" }) },
      ]}
    />
  );
}

interface WishProps {
  readonly member: Member;
  readonly onClose: () => void;
}

function ChangeRole({ member, onClose }: WishProps): ReactNode {
  const companyId = useCompanyId();
  const me = useMe();
  const change = useAct("CHANGE_MEMBER_ROLE", ["LIST_MEMBERS", "GET_ME"]);
  const role = member.role === "admin" ? "viewer" : "admin";
  return (
    <Ask
      title={role === "admin" ? `Make ${member.name} an admin` : `Make ${member.name} a viewer`}
      verb={role === "admin" ? "Make an admin" : "Make a viewer"}
      onClose={onClose}
      onYes={async () => {
        await change.mutateAsync({ params: { company_id: companyId, user_id: member.user_id }, body: { role } });
        say({ tone: "good", text: `${member.name} is ${role === "admin" ? "an admin" : "a viewer"} now.` });
      }}
    >
      <p>
        {role === "admin"
          ? "They may then see keys, change settings, make links, export, and invite or remove people."
          : "They then read results and dashboards, and change nothing."}{" "}
        It counts from the next thing they do.
      </p>
      {member.user_id === me.user_id && <p>This is you: another admin has to turn it back.</p>}
    </Ask>
  );
}

function Remove({ member, onClose }: WishProps): ReactNode {
  const company = useCompany();
  const me = useMe();
  const isOwn = member.user_id === me.user_id;
  const remove = useAct("REMOVE_MEMBER", isOwn ? [] : ["LIST_MEMBERS", "LIST_INVITATIONS"]);
  return (
    <Ask
      title={`Remove ${member.name}`}
      verb="Remove"
      isDangerous
      onClose={onClose}
      onYes={async () => {
        await remove.mutateAsync({ params: { company_id: company.company_id, user_id: member.user_id } });
        // Nothing of this company opens any more.
        if (isOwn) location.assign("/beacon");
        else say({ tone: "good", text: `${member.name} was removed.` });
      }}
    >
      <p>
        {isOwn ? "You lose" : `${member.email} loses`} access to {company.name} at once. What was done stays in the
        audit log, and an invitation brings {isOwn ? "you" : "them"} back.
      </p>
    </Ask>
  );
}
