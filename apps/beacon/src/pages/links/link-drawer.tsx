import { useState, type ReactNode } from "react";

import { addressOf } from "../../api/client.ts";
import { useAct } from "../../api/queries.ts";
import { StateMark } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { Copyable } from "../../kit/copy.tsx";
import { Ask, Dialog } from "../../kit/dialog.tsx";
import { Facts } from "../../kit/page.tsx";
import { Time } from "../../kit/time.tsx";
import { say } from "../../kit/toasts.tsx";
import { useBatchParams, type LinkItem } from "./batch-params.ts";
import { ExtendDialog } from "./extend-dialog.tsx";
import styles from "./links.module.css";

const TOUCHED = ["LIST_LINKS_AS_PERSON", "GET_LINK_BATCH_AS_PERSON"] as const;
const OPEN: readonly LinkItem["status"][] = ["created", "opened", "in_progress"];

type Asking = "revoke" | "reissue" | "extend";

/** One link: its QR code, a new link in its place, its end. */
export function LinkDrawer({ link, onClose }: { readonly link: LinkItem; readonly onClose: () => void }): ReactNode {
  const { company_id, environment_id } = useBatchParams();
  const params = { company_id, environment_id, session_id: link.session_id };
  const [asking, setAsking] = useState<Asking | null>(null);
  const [shown, setShown] = useState(link.link);
  const isOpen = OPEN.includes(link.status);
  return (
    <Dialog title={link.uid} form="drawer" isOpen onClose={onClose}>
      <Facts
        of={[
          ["State", <StateMark key="state" state={link.status} />],
          ["Link", <Copyable key="link" text={shown} what="link" />],
          ["Opened", <Time key="opened" at={link.opened_at} />],
          [link.ended_at === null ? "Ends" : "Ended", <Time key="end" at={link.ended_at ?? link.expires_at} />],
        ]}
      />
      {isOpen && (
        <>
          <img
            className={styles["qr"]}
            src={addressOf("DRAW_LINK_AS_PERSON", { params, query: { format: "svg" } })}
            alt={`QR code of the link of ${link.uid}`}
            key={shown}
          />
          <div className="row">
            <a
              className="button"
              download={`${link.uid}.png`}
              href={addressOf("DRAW_LINK_AS_PERSON", { params, query: { format: "png", scale: 12 } })}
            >
              Download as PNG
            </a>
            <Button onClick={() => setAsking("extend")}>Extend</Button>
            <Button onClick={() => setAsking("reissue")}>New link instead</Button>
            <Button look="danger" onClick={() => setAsking("revoke")}>
              Revoke
            </Button>
          </div>
        </>
      )}
      {asking !== null && (
        <Question of={link} asking={asking} onReissued={setShown} onDone={() => setAsking(null)} onGone={onClose} />
      )}
    </Dialog>
  );
}

interface QuestionProps {
  readonly of: LinkItem;
  readonly asking: Asking;
  readonly onReissued: (link: string) => void;
  readonly onDone: () => void;
  /** The link ended: there is nothing more to do with it. */
  readonly onGone: () => void;
}

/** Asks before it is done, and says what follows from it. */
function Question({ of: link, asking, onReissued, onDone, onGone }: QuestionProps): ReactNode {
  const { company_id, environment_id } = useBatchParams();
  const params = { company_id, environment_id, session_id: link.session_id };
  const revoke = useAct("REVOKE_LINK_AS_PERSON", TOUCHED);
  const extend = useAct("EXTEND_LINK_AS_PERSON", TOUCHED);
  const reissue = useAct("REISSUE_LINK_AS_PERSON", TOUCHED);
  if (asking === "extend") {
    return (
      <ExtendDialog
        what={`the link of ${link.uid}`}
        onClose={onDone}
        onExtend={async (valid_until) => extend.mutateAsync({ params, body: { valid_until } })}
      />
    );
  }
  if (asking === "reissue") {
    return (
      <Ask
        title="Put a new link in its place?"
        verb="Make the new link"
        onClose={onDone}
        onYes={async () => {
          onReissued((await reissue.mutateAsync({ params })).link);
          say({ tone: "good", text: "The new link works; the old one says that it was replaced." });
        }}
      >
        <p>The old link stops working at once. What was played so far stays.</p>
      </Ask>
    );
  }
  return (
    <Ask
      title={`Revoke the link of ${link.uid}?`}
      verb="Revoke the link"
      isDangerous
      onClose={onDone}
      onYes={async () => {
        await revoke.mutateAsync({ params });
        onGone();
      }}
    >
      <p>
        The session ends as cancelled, and your webhook gets application.cancelled. It can be opened again later under
        Results.
      </p>
    </Ask>
  );
}
