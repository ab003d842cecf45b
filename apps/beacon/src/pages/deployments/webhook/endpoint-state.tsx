import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { useAct } from "../../../api/queries.ts";
import type { AnswerOf } from "../../../api/types.ts";
import { useCompanyId } from "../../../frame/company.ts";
import { Button } from "../../../kit/button.tsx";
import { Ask } from "../../../kit/dialog.tsx";
import { formatCount } from "../../../kit/format.ts";
import { Facts, Section } from "../../../kit/page.tsx";
import { Note } from "../../../kit/states.tsx";
import { Time } from "../../../kit/time.tsx";
import { useSideParams, type Side } from "../use-deployment.ts";
import { WebhookMark } from "../webhook-mark.tsx";

type Endpoint = AnswerOf<"GET_ENDPOINT">;
type Switched = AnswerOf<"SWITCH_ENDPOINT">;

const REASONS = {
  failing: "Switched off by itself: for five days nothing was accepted.",
  gone: "Switched off by itself: your receiver answered 410, which says that it is gone.",
  admin: "Switched off by an admin.",
} as const;

interface StateProps {
  readonly side: Side;
  readonly endpoint: Endpoint;
}

export function EndpointState({ side, endpoint }: StateProps): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const [switched, setSwitched] = useState<Switched | null>(null);
  const { state, disabled_reason: reason, failing_since: failingSince, undelivered } = endpoint;
  const isOn = state === "enabled";
  return (
    <Section
      title="State"
      {...(state !== "unset" && {
        actions: <Button onClick={() => setAsking(true)}>{isOn ? "Switch off" : "Switch on"}</Button>,
      })}
    >
      <Facts
        of={[
          ["Webhook", <WebhookMark key="state" state={state} isFailing={failingSince !== null} />],
          ...(reason === null ? [] : [["Why", REASONS[reason]] as const]),
          ...(failingSince === null ? [] : [["Failing since", <Time key="since" at={failingSince} isAgo />] as const]),
          ["Last set or switched", <Time key="changed" at={endpoint.changed_at} />],
          ["On the way", atMost(undelivered.pending, undelivered.more)],
          ["Held until it is on", atMost(undelivered.held, undelivered.more)],
          ["Given up", atMost(undelivered.dead, undelivered.more)],
        ]}
      />
      {state === "unset" && (
        <Note title="Nothing is sent yet">
          <p>Events are written down all the same. Set an address above; what came before can then be sent.</p>
        </Note>
      )}
      {switched !== null && <WhatSwitched switched={switched} />}
      <LogLink side={side} hasGap={undelivered.dead > 0 || typeof switched?.gap_from === "number"} />
      {isAsking && <SwitchDialog side={side} isOn={isOn} onClose={() => setAsking(false)} onDone={setSwitched} />}
    </Section>
  );
}

function atMost(count: number, hasMore: boolean): string {
  return `${formatCount(count, "delivery", "deliveries")}${hasMore ? " or more" : ""}`;
}

function WhatSwitched({ switched }: { readonly switched: Switched }): ReactNode {
  if (!switched.changed) return null;
  if (switched.endpoint.state === "disabled") {
    return (
      <Note title="Off">
        <p>What is on its way and what comes is held. Nothing is lost.</p>
      </Note>
    );
  }
  const { dead } = switched.endpoint.undelivered;
  return (
    <Note tone="good" title="On">
      <p>
        {formatCount(switched.released, "held delivery", "held deliveries")} {switched.released === 1 ? "is" : "are"} on
        the way now.
      </p>
      {switched.gap_from !== null && (
        <p>
          It was off since <Time at={switched.gap_from} />.
        </p>
      )}
      {dead > 0 && (
        <p>{formatCount(dead, "delivery was", "deliveries were")} given up before: a replay sends them again.</p>
      )}
    </Note>
  );
}

/** Replays are asked for where one sees what would be sent. */
function LogLink({ side, hasGap }: { readonly side: Side; readonly hasGap: boolean }): ReactNode {
  const companyId = useCompanyId();
  return (
    <p>
      <Link to="/c/$companyId/webhooks" params={{ companyId }} search={{ env: side.kind }}>
        {hasGap ? "Look at the gap in the webhook log and replay it" : "See every attempt in the webhook log"}
      </Link>
    </p>
  );
}

interface SwitchDialogProps {
  readonly side: Side;
  readonly isOn: boolean;
  readonly onClose: () => void;
  readonly onDone: (switched: Switched) => void;
}

function SwitchDialog({ side, isOn, onClose, onDone }: SwitchDialogProps): ReactNode {
  const params = useSideParams(side);
  const act = useAct("SWITCH_ENDPOINT", ["GET_ENDPOINT", "GET_DEPLOYMENT", "GET_GO_LIVE", "LIST_DELIVERIES"]);
  return (
    <Ask
      title={isOn ? "Switch the webhook off?" : "Switch the webhook on?"}
      verb={isOn ? "Switch off" : "Switch on"}
      isDangerous={isOn}
      onClose={onClose}
      onYes={async () => onDone(await act.mutateAsync({ params, body: { state: isOn ? "disabled" : "enabled" } }))}
    >
      {isOn ? (
        <p>
          Your server hears of no result until it is on again. What is on its way and what comes is held; nothing is
          lost.
        </p>
      ) : (
        <p>What was held is sent at once, oldest first. Send a test event before, to see that your receiver is well.</p>
      )}
    </Ask>
  );
}
