import { useState, type ReactNode } from "react";

import { useAct } from "../../api/queries.ts";
import { useIsAdmin } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { Copyable } from "../../kit/copy.tsx";
import { Ask, Dialog } from "../../kit/dialog.tsx";
import { FailureNote, Note } from "../../kit/states.tsx";
import { say } from "../../kit/toasts.tsx";
import { useResultParams, type Detail } from "./result-params.ts";

const TOUCHED = ["GET_RESULT_AS_PERSON", "SEARCH_RESULTS_AS_PERSON"] as const;
const OPEN: readonly Detail["session"]["state"][] = ["created", "opened", "in_progress"];

/** Print for all; to open again, to end, to score again for admins, where it makes sense. */
export function DetailActs({ of }: { readonly of: Detail }): ReactNode {
  const isAdmin = useIsAdmin();
  const [asking, setAsking] = useState<"reopen" | "cancel" | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const { session } = of;
  return (
    <>
      {isAdmin && session.can_retry && <Retry />}
      {isAdmin && session.can_reopen && <Button onClick={() => setAsking("reopen")}>Open again</Button>}
      {isAdmin && OPEN.includes(session.state) && <Button onClick={() => setAsking("cancel")}>Cancel</Button>}
      <Button icon="print" onClick={() => print()}>
        Print
      </Button>
      {asking === "reopen" && <Reopen uid={session.uid} onClose={() => setAsking(null)} onLink={setLink} />}
      {asking === "cancel" && <Cancel uid={session.uid} onClose={() => setAsking(null)} />}
      {link !== null && (
        <Dialog title="Open again" isOpen onClose={() => setLink(null)}>
          <Note tone="good">The session is open again. This is its link:</Note>
          <Copyable text={link} what="link" />
        </Dialog>
      )}
    </>
  );
}

function Retry(): ReactNode {
  const params = useResultParams();
  const retry = useAct("RETRY_SCORING_AS_PERSON", TOUCHED);
  const run = (): void => {
    retry.mutate(
      { params },
      {
        onSuccess: ({ outcome }) => {
          if (outcome !== "still_unscorable")
            say({ tone: "good", text: "It is scored now, and your webhook hears of it." });
        },
      },
    );
  };
  const missing = retry.data?.outcome === "still_unscorable" ? retry.data.missing : null;
  return (
    <>
      <Button look="primary" isBusy={retry.isPending} onClick={run}>
        Try scoring again
      </Button>
      {(missing !== null || retry.error !== null) && (
        <Dialog title="Scoring again" isOpen onClose={() => retry.reset()}>
          <FailureNote error={retry.error} />
          {missing !== null && (
            <>
              <p>Still not possible. This is missing:</p>
              <ul className="list">
                {missing.map(({ metric, task, text }) => (
                  <li key={metric}>
                    {task}: {text}
                  </li>
                ))}
              </ul>
            </>
          )}
        </Dialog>
      )}
    </>
  );
}

interface ActProps {
  readonly uid: string;
  readonly onClose: () => void;
}

function Reopen({ uid, onClose, onLink }: ActProps & { readonly onLink: (link: string) => void }): ReactNode {
  const params = useResultParams();
  const reopen = useAct("REOPEN_SESSION_AS_PERSON", TOUCHED);
  return (
    <Ask
      title={`Open ${uid} again?`}
      verb="Open it again"
      onClose={onClose}
      onYes={async () => onLink((await reopen.mutateAsync({ params })).link)}
    >
      <p>
        All tasks start over. What was played before is kept and counts as an earlier try. The short link goes on
        working; older long links say that they were replaced.
      </p>
    </Ask>
  );
}

function Cancel({ uid, onClose }: ActProps): ReactNode {
  const params = useResultParams();
  const cancel = useAct("CANCEL_SESSION_AS_PERSON", TOUCHED);
  return (
    <Ask
      title={`Cancel ${uid}?`}
      verb="Cancel the session"
      isDangerous
      onClose={onClose}
      onYes={async () => cancel.mutateAsync({ params })}
    >
      <p>The applicant can not go on, and your webhook gets application.cancelled. It can be opened again later.</p>
    </Ask>
  );
}
