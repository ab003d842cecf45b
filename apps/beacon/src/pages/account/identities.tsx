import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { call } from "../../api/client.ts";
import { read, useAct } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { Button } from "../../kit/button.tsx";
import { Ask } from "../../kit/dialog.tsx";
import { Section } from "../../kit/page.tsx";
import { FailureNote, Loaded } from "../../kit/states.tsx";
import { Table } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { say } from "../../kit/toasts.tsx";
import { useSend } from "../../kit/use-send.ts";

type Identity = AnswerOf<"LIST_IDENTITIES">["items"][number];

/** The account at the lender's own identity provider that opens this one too. */
export function Identities(): ReactNode {
  const identities = useQuery(read("LIST_IDENTITIES", {}));
  const ways = useQuery(read("LIST_SIGN_IN_WAYS", {}));
  const [undone, setUndone] = useState<Identity | null>(null);
  const provider = ways.data?.oidc ?? null;
  return (
    <Section title="Identity provider" lead="Sign in here with the account you have in your company.">
      <Loaded of={identities} what="your links" rows={1}>
        {({ items }) => (
          <>
            {items.length > 0 && <Links items={items} onUndo={setUndone} />}
            {items.length === 0 && provider !== null && <LinkForm name={provider.name} />}
            {items.length === 0 && provider === null && (
              <p className="soft">None is set up. Whoever runs this server can set one up for everybody.</p>
            )}
          </>
        )}
      </Loaded>
      {undone !== null && <Unlink identity={undone} onClose={() => setUndone(null)} />}
    </Section>
  );
}

function Links({
  items,
  onUndo,
}: {
  readonly items: readonly Identity[];
  readonly onUndo: (identity: Identity) => void;
}): ReactNode {
  return (
    <Table
      caption="Linked identity providers"
      rows={items}
      rowKey={(row) => row.identity_id}
      columns={[
        { key: "issuer", title: "Provider", cell: (row) => row.issuer },
        { key: "since", title: "Linked", cell: (row) => <Time at={row.linked_at} /> },
        {
          key: "act",
          title: "Change",
          cell: (row) => (
            <Button look="quiet" aria-label={`Undo the link with ${row.issuer}`} onClick={() => onUndo(row)}>
              Undo
            </Button>
          ),
        },
      ]}
    />
  );
}

function LinkForm({ name }: { readonly name: string }): ReactNode {
  const { isBusy, failure, submit } = useSend(async () => {
    location.assign((await call("LINK_IDENTITY", {})).url);
  });
  return (
    <form className="stack" onSubmit={submit}>
      <FailureNote error={failure} />
      <div className="row">
        <Button type="submit" isBusy={isBusy}>
          Link with {name}
        </Button>
        <span className="soft">You go there to sign in and come back here. A mail tells you of it.</span>
      </div>
    </form>
  );
}

function Unlink({ identity, onClose }: { readonly identity: Identity; readonly onClose: () => void }): ReactNode {
  const unlink = useAct("UNLINK_IDENTITY", ["LIST_IDENTITIES"]);
  return (
    <Ask
      title="Undo the link"
      verb="Undo the link"
      isDangerous
      onClose={onClose}
      onYes={async () => {
        await unlink.mutateAsync({ params: { identity_id: identity.identity_id } });
        say({ tone: "good", text: "The link is undone. Sign in with your password from now on." });
      }}
    >
      <p>{identity.issuer} no longer lets you in here; your password does.</p>
    </Ask>
  );
}
