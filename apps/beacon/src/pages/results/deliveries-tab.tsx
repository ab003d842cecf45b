import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { readPages, useAct } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { placeOf, useDeployments, useIsAdmin } from "../../frame/company.ts";
import { StateMark } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { formatNumber } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { Empty, FailureNote, Loaded } from "../../kit/states.tsx";
import { More, Table, type Column } from "../../kit/table.tsx";
import { Due, Time } from "../../kit/time.tsx";
import { say } from "../../kit/toasts.tsx";
import { useResultParams } from "./result-params.ts";

type Delivery = AnswerOf<"LIST_DELIVERIES">["items"][number];

/** Every webhook of this session and how it got on; an admin may send one again. */
export function DeliveriesTab(): ReactNode {
  const { company_id, environment_id, session_id } = useResultParams();
  const params = { company_id, environment_id };
  const isAdmin = useIsAdmin();
  const deliveries = useInfiniteQuery({
    ...readPages("LIST_DELIVERIES", { params, query: { session_id } }),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((one) => one.state === "pending")) === true ? 3000 : false,
  });
  const replay = useAct("START_REPLAY", ["LIST_DELIVERIES"]);
  const again = (delivery: Delivery): void => {
    replay.mutate(
      { params, body: { which: "delivery", delivery_id: delivery.delivery_id } },
      { onSuccess: () => say({ tone: "good", text: "It is queued to be sent again, byte for byte the same." }) },
    );
  };
  return (
    <Section title="Webhooks of this session">
      <FailureNote error={replay.error} />
      <Loaded of={deliveries} what="the webhooks">
        {({ pages }) => {
          const rows = pages.flatMap(({ items }) => items);
          if (rows.length === 0) {
            return (
              <Empty title="Nothing was sent for this session">
                <p>Either nothing has happened yet, or no webhook URL was set when it did.</p>
              </Empty>
            );
          }
          return (
            <>
              <Table
                caption="Webhooks and how they got on"
                columns={columnsOf(isAdmin ? again : null)}
                rows={rows}
                rowKey={(row) => row.delivery_id}
              />
              <More of={deliveries} />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

/** To its attempts in the webhook log. */
function Details({ delivery }: { readonly delivery: Delivery }): ReactNode {
  const { company_id: companyId, environment_id } = useResultParams();
  const place = placeOf(useDeployments().data?.items ?? [], environment_id);
  return (
    <Link
      to="/c/$companyId/webhooks"
      params={{ companyId }}
      search={{ env: place?.environment, deployment: place?.deployment.deployment_id, delivery: delivery.delivery_id }}
    >
      {delivery.type}
    </Link>
  );
}

function columnsOf(onAgain: ((delivery: Delivery) => void) | null): readonly Column<Delivery>[] {
  return [
    { key: "type", title: "Event", cell: (delivery) => <Details delivery={delivery} /> },
    { key: "state", title: "State", cell: ({ state }) => <StateMark state={state} /> },
    { key: "attempts", title: "Attempts", isNumber: true, cell: ({ attempts }) => formatNumber(attempts) },
    { key: "status", title: "Last answer", cell: ({ last_status, last_error }) => last_status ?? last_error ?? "–" },
    { key: "delivered", title: "Delivered", cell: ({ delivered_at }) => <Time at={delivered_at} /> },
    { key: "next", title: "Next attempt", cell: ({ next_attempt_at }) => <Due at={next_attempt_at} /> },
    ...(onAgain === null
      ? []
      : [
          {
            key: "again",
            title: "Again",
            cell: (delivery: Delivery) => (
              <Button look="quiet" aria-label={`Send again: ${delivery.type}`} onClick={() => onAgain(delivery)}>
                Send again
              </Button>
            ),
          },
        ]),
  ];
}
