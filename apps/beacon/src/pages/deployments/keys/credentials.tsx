import { useState, type ReactNode } from "react";

import { isTurnedAway } from "../../../frame/gates.tsx";
import { Badge, type BadgeTone } from "../../../kit/badges.tsx";
import { Button } from "../../../kit/button.tsx";
import { Copyable } from "../../../kit/copy.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { Section } from "../../../kit/page.tsx";
import { FailureNote, Loaded, Note } from "../../../kit/states.tsx";
import { Table, type Column } from "../../../kit/table.tsx";
import { Time } from "../../../kit/time.tsx";
import style from "../deployments.module.css";
import type { Credential, Kind, Rotated } from "./kinds.ts";
import { RevokeDialog } from "./revoke-dialog.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";

/** What one kind is called and what its end means. */
export interface Words {
  readonly title: string;
  readonly lead: string;
  /** "API key" */
  readonly one: string;
  readonly plural: string;
  /** Of the table's first column. */
  readonly head: string;
  /** What happens during the overlap of a rotation. */
  readonly overlap: string;
  /** What happens at once when the old one ends without an overlap. */
  readonly leak: string;
  /** What ending this one of two does. */
  readonly revoke: string;
}

type Open =
  | { readonly what: "rotate" }
  | { readonly what: "revoke"; readonly credential: Credential }
  | { readonly what: "shown"; readonly text: string; readonly note: ReactNode };

/** The list of one kind of key with everything one can do to it. */
export function Credentials({ kind, words }: { readonly kind: Kind; readonly words: Words }): ReactNode {
  const [open, setOpen] = useState<Open | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const show = async ({ id, hint }: Credential): Promise<void> => {
    setFailure(null);
    try {
      const text = await kind.reveal(id);
      setOpen({ what: "shown", text, note: <p>Reading {hint} was written to the audit log.</p> });
    } catch (error) {
      if (!isTurnedAway(error)) setFailure(error);
    }
  };
  return (
    <Section
      title={words.title}
      lead={words.lead}
      actions={
        <Button icon="refresh" onClick={() => setOpen({ what: "rotate" })}>
          Make a new {words.one}
        </Button>
      }
    >
      <FailureNote error={failure} />
      <Loaded of={kind.list} what={words.title} rows={2}>
        {(items) => (
          <CredentialTable
            items={items}
            words={words}
            onShow={(one) => void show(one)}
            onRevoke={(credential) => setOpen({ what: "revoke", credential })}
          />
        )}
      </Loaded>
      {open !== null && <OpenDialog kind={kind} words={words} open={open} onOpen={setOpen} />}
    </Section>
  );
}

interface OpenDialogProps {
  readonly kind: Kind;
  readonly words: Words;
  readonly open: Open;
  readonly onOpen: (open: Open | null) => void;
}

function OpenDialog({ kind, words, open, onOpen }: OpenDialogProps): ReactNode {
  const close = (): void => onOpen(null);
  switch (open.what) {
    case "rotate": {
      const show = (rotated: Rotated): void =>
        onOpen({ what: "shown", text: rotated.text, note: <OldEnds rotated={rotated} words={words} /> });
      return <RotateDialog kind={kind} words={words} onClose={close} onDone={show} />;
    }
    case "revoke":
      return <RevokeDialog kind={kind} words={words} credential={open.credential} onClose={close} />;
    case "shown":
      return (
        <Dialog title={`The ${words.one}`} isOpen onClose={close}>
          <Copyable text={open.text} what={words.one} />
          {open.note}
          <Note tone="warn">
            <p>It belongs on your server only: never into a page, an app, an e-mail or a repository.</p>
          </Note>
        </Dialog>
      );
  }
}

function OldEnds({ rotated, words }: { readonly rotated: Rotated; readonly words: Words }): ReactNode {
  if (rotated.oldEndsAt === null) return <p>The old {words.one} is refused from now on.</p>;
  return (
    <p>
      The old {words.one} goes on beside it until <Time at={rotated.oldEndsAt} />. Put the new one on your server before
      then.
    </p>
  );
}

const STATUS: Readonly<Record<Credential["status"], readonly [words: string, tone: BadgeTone]>> = {
  current: ["In use", "good"],
  retiring: ["Old, still good", "warn"],
  next: ["New", "note"],
  retired: ["Ended", "plain"],
  revoked: ["Revoked", "plain"],
};

export function isAlive({ status }: Credential): boolean {
  return status !== "retired" && status !== "revoked";
}

interface TableProps {
  readonly items: readonly Credential[];
  readonly words: Words;
  readonly onShow: (credential: Credential) => void;
  readonly onRevoke: (credential: Credential) => void;
}

function CredentialTable({ items, words, onShow, onRevoke }: TableProps): ReactNode {
  const alive = items.filter((one) => isAlive(one)).length;
  const columns: readonly Column<Credential>[] = [
    { key: "hint", title: words.head, cell: ({ hint }) => <code>{hint}</code> },
    {
      key: "status",
      title: "State",
      cell: ({ status }) => <Badge tone={STATUS[status][1]}>{STATUS[status][0]}</Badge>,
    },
    { key: "created", title: "Made", cell: ({ createdAt }) => <Time at={createdAt} /> },
    ...(items.some(({ lastUsedAt }) => lastUsedAt !== undefined)
      ? [{ key: "used", title: "Last used", cell: (one: Credential) => <LastUsed of={one} /> }]
      : []),
    { key: "ends", title: "Ends", cell: ({ endsAt }) => <Time at={endsAt} /> },
    {
      key: "acts",
      title: "Actions",
      cell: (one) =>
        isAlive(one) && (
          <span className={`row ${style["acts"] ?? ""}`}>
            <Button look="quiet" icon="eye" aria-label={`Show ${one.hint}`} onClick={() => onShow(one)}>
              Show
            </Button>
            {alive > 1 && (
              <Button look="danger" aria-label={`Revoke ${one.hint}`} onClick={() => onRevoke(one)}>
                Revoke
              </Button>
            )}
          </span>
        ),
    },
  ];
  return <Table caption={`List of ${words.plural}`} columns={columns} rows={items} rowKey={({ id }) => id} />;
}

function LastUsed({ of }: { readonly of: Credential }): ReactNode {
  return of.lastUsedAt === null ? <span className="soft">Never</span> : <Time at={of.lastUsedAt} isAgo />;
}
