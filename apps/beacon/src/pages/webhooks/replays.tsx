import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { readPages, useAct } from "../../api/queries.ts";
import { NamedActor } from "../../frame/actor.tsx";
import { useCompanyId, useIsAdmin } from "../../frame/company.ts";
import { Badge } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { formatDateTime } from "../../kit/format.ts";
import { Progress, Section } from "../../kit/page.tsx";
import { FailureNote, Loaded } from "../../kit/states.tsx";
import { More, Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { ReplayDialog } from "./replay-dialog.tsx";
import type { Replay } from "./words.ts";

const POLL_MS = 2000;

/** Jobs that send deliveries once more, with how far they are. */
export function Replays({ environmentId }: { readonly environmentId: string }): ReactNode {
  const companyId = useCompanyId();
  const isAdmin = useIsAdmin();
  const [isAsking, setAsking] = useState(false);
  const params = { company_id: companyId, environment_id: environmentId };
  const replays = useInfiniteQuery({
    ...readPages("LIST_REPLAYS", { params }),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((one) => one.state === "running")) === true ? POLL_MS : false,
  });
  const cancel = useAct("CANCEL_REPLAY", ["LIST_REPLAYS", "LIST_DELIVERIES"]);
  const act: Column<Replay> = {
    key: "act",
    title: "Change",
    cell: (row) =>
      row.state === "running" ? (
        <Button
          look="quiet"
          isBusy={cancel.isPending}
          onClick={() => cancel.mutate({ params: { ...params, replay_id: row.replay_id } })}
        >
          Cancel
        </Button>
      ) : (
        <span className="soft">–</span>
      ),
  };
  return (
    <Section
      title="Sent again"
      lead="Each event keeps its id and its bytes, so that a receiver that makes webhook-id unique takes none twice."
      actions={isAdmin && <Button onClick={() => setAsking(true)}>Send deliveries again</Button>}
    >
      <FailureNote error={cancel.error} />
      <Loaded of={replays} what="the replays" rows={2}>
        {({ pages }) => (
          <List rows={pages.flatMap((page) => page.items)} columns={isAdmin ? [...COLUMNS, act] : COLUMNS} />
        )}
      </Loaded>
      <More of={replays} />
      {isAsking && <ReplayDialog environmentId={environmentId} onClose={() => setAsking(false)} />}
    </Section>
  );
}

const COLUMNS: readonly Column<Replay>[] = [
  { key: "which", title: "What", cell: (row) => whichWords(row) },
  { key: "state", title: "State", cell: (row) => <State of={row} /> },
  { key: "queued", title: "Queued to be sent", isNumber: true, cell: (row) => row.queued },
  { key: "by", title: "By", cell: (row) => <NamedActor id={row.created_by} /> },
  { key: "began", title: "Began", cell: (row) => <Time at={row.created_at} /> },
  { key: "ended", title: "Ended", cell: (row) => <Time at={row.finished_at} /> },
];

function whichWords({ which, from, to, include_delivered: isAll }: Replay): string {
  if (which === "delivery") return "One delivery";
  if (which === "failed") return "All that were not delivered";
  const span = `${from === null ? "" : formatDateTime(from)} to ${to === null ? "then" : formatDateTime(to)}`;
  return `${isAll ? "Everything" : "What was not delivered"} of ${span}`;
}

function State({ of: { state, done, total } }: { readonly of: Replay }): ReactNode {
  if (state === "running") return <Progress done={done} total={total} what="looked at" />;
  return state === "done" ? <Badge tone="good">Done</Badge> : <Badge tone="warn">Cancelled</Badge>;
}

function List({
  rows,
  columns,
}: {
  readonly rows: readonly Replay[];
  readonly columns: readonly Column<Replay>[];
}): ReactNode {
  if (rows.length === 0) return <p className="soft">Nothing was sent again in this environment.</p>;
  return <Table caption="Replays" columns={columns} rows={rows} rowKey={(row) => row.replay_id} />;
}
