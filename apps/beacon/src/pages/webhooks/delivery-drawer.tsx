import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { read, useAct } from "../../api/queries.ts";
import { useCompanyId, useIsAdmin } from "../../frame/company.ts";
import { hashOfUid } from "../../frame/hash.ts";
import { StateMark } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { CodeBlock, Copyable, CopyButton } from "../../kit/copy.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { Facts } from "../../kit/page.tsx";
import { FailureNote, Loaded } from "../../kit/states.tsx";
import { Due, Time } from "../../kit/time.tsx";
import { say } from "../../kit/toasts.tsx";
import { AttemptItem } from "./attempt-item.tsx";
import { readable, STATE_WORDS, type DeliveryDetail } from "./words.ts";
import styles from "./webhooks.module.css";

const POLL_MS = 3000;

interface DrawerProps {
  readonly environmentId: string;
  readonly deliveryId: string;
  readonly onClose: () => void;
}

export function DeliveryDrawer({ environmentId, deliveryId, onClose }: DrawerProps): ReactNode {
  const companyId = useCompanyId();
  const params = { company_id: companyId, environment_id: environmentId, delivery_id: deliveryId };
  const delivery = useQuery({
    ...read("GET_DELIVERY", { params }),
    refetchInterval: ({ state }) => (state.data?.state === "pending" ? POLL_MS : false),
  });
  return (
    <Dialog title="Delivery" form="drawer" isOpen onClose={onClose}>
      <Loaded of={delivery} what="the delivery">
        {(detail) => <Detail of={detail} environmentId={environmentId} />}
      </Loaded>
    </Dialog>
  );
}

function Detail({
  of: detail,
  environmentId,
}: {
  readonly of: DeliveryDetail;
  readonly environmentId: string;
}): ReactNode {
  const isAdmin = useIsAdmin();
  return (
    <>
      <Facts
        of={[
          ["Event", detail.type],
          ["Uid", <Uid key="uid" of={detail} environmentId={environmentId} />],
          [
            "State",
            <span key="state" className="row">
              <StateMark state={detail.state} /> {STATE_WORDS[detail.state]}
            </span>,
          ],
          ["Written", <Time key="written" at={detail.created_at} />],
          ...(detail.next_attempt_at === null
            ? []
            : [["Next attempt", <Due key="next" at={detail.next_attempt_at} />] as const]),
          ["webhook-id", <Copyable key="id" text={detail.event_id} what="webhook-id" />],
        ]}
      />
      {isAdmin && <SendAgain of={detail} environmentId={environmentId} />}
      <h3>Attempts</h3>
      {detail.log.length === 0 ? (
        <p className="soft">None yet.</p>
      ) : (
        <ol className={styles["log"]}>
          {detail.log.toReversed().map((attempt, index) => (
            <AttemptItem key={attempt.attempt_id} of={attempt} isOpen={index === 0} />
          ))}
        </ol>
      )}
      <Body text={detail.body} />
    </>
  );
}

function Uid({
  of: { uid, session_id },
  environmentId,
}: {
  readonly of: DeliveryDetail;
  readonly environmentId: string;
}): ReactNode {
  const companyId = useCompanyId();
  if (uid === null) return <span className="soft">Erased</span>;
  return (
    <span className="row">
      {session_id === null ? (
        <strong>{uid}</strong>
      ) : (
        <Link
          to="/c/$companyId/results/$environmentId/$sessionId"
          params={{ companyId, environmentId, sessionId: session_id }}
        >
          {uid}
        </Link>
      )}
      <Link to="/c/$companyId/trace" params={{ companyId }} hash={hashOfUid(uid)} className="soft">
        Trace it
      </Link>
    </span>
  );
}

function SendAgain({
  of: detail,
  environmentId,
}: {
  readonly of: DeliveryDetail;
  readonly environmentId: string;
}): ReactNode {
  const companyId = useCompanyId();
  const start = useAct("START_REPLAY", ["GET_DELIVERY", "LIST_DELIVERIES", "LIST_REPLAYS", "GET_ENDPOINT"]);
  if (detail.body === null) return <p className="soft">The event was erased and can not be sent again.</p>;
  return (
    <div className="stack">
      <div className="row">
        <Button
          icon="refresh"
          isBusy={start.isPending}
          onClick={() =>
            start.mutate(
              {
                params: { company_id: companyId, environment_id: environmentId },
                body: { which: "delivery", delivery_id: detail.delivery_id },
              },
              { onSuccess: () => say({ tone: "good", text: "It is on its way once more." }) },
            )
          }
        >
          Send again
        </Button>
        <span className="soft">
          The same id and the same bytes: a receiver that knows the webhook-id takes it once.
        </span>
      </div>
      <FailureNote error={start.error} />
    </div>
  );
}

function Body({ text }: { readonly text: string | null }): ReactNode {
  return (
    <>
      <h3>Body of the request</h3>
      {text === null ? (
        <p className="soft">It was erased.</p>
      ) : (
        <>
          <p className="soft">With line breaks to read it; it is sent in one line, the same for every attempt.</p>
          <CodeBlock text={readable(text)} what="Body" />
          <div className="row">
            <CopyButton text={text} what="Exact bytes" /> <span className="soft">as sent, to check a signature</span>
          </div>
        </>
      )}
    </>
  );
}
