import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { readPages } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { Actor } from "../../frame/actor.tsx";
import { placeOf, useCompanyId, useDeployments, type Deployment } from "../../frame/company.ts";
import { Badge, EnvironmentMark, type BadgeTone } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { formatNumber, formatWord } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { Loaded } from "../../kit/states.tsx";
import { More, Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { EraseDialog } from "./erase-dialog.tsx";

type Erasure = AnswerOf<"LIST_ERASURES">["items"][number];

/** Erasing takes up to a minute; then nothing moves any more. */
const POLL_MS = 3000;

const STATES: Readonly<Record<Erasure["state"], readonly [tone: BadgeTone, word: string]>> = {
  requested: ["note", "Out of sight, content goes within a minute"],
  running: ["note", "Content is being removed"],
  done: ["good", "Done"],
  held: ["warn", "Waits for a legal hold"],
};

export function Erasures(): ReactNode {
  const companyId = useCompanyId();
  const deployments = useDeployments().data?.items ?? [];
  const [isAsking, setAsking] = useState(false);
  const erasures = useInfiniteQuery({
    ...readPages("LIST_ERASURES", { params: { company_id: companyId } }),
    refetchInterval: ({ state }) => (isMoving(state.data?.pages.flatMap((page) => page.items) ?? []) ? POLL_MS : false),
  });
  return (
    <Section
      title="Erasures"
      lead="On the wish of a person, everything of their journey is removed. The uids are not listed: they are gone."
      actions={
        <Button look="danger" onClick={() => setAsking(true)}>
          Erase a person's journey
        </Button>
      }
    >
      <Loaded of={erasures} what="the erasures" rows={3}>
        {({ pages }) => <List rows={pages.flatMap((page) => page.items)} deployments={deployments} />}
      </Loaded>
      <More of={erasures} />
      {isAsking && <EraseDialog onClose={() => setAsking(false)} />}
    </Section>
  );
}

function isMoving(items: readonly Erasure[]): boolean {
  return items.some(({ state }) => state === "requested" || state === "running");
}

function List({
  rows,
  deployments,
}: {
  readonly rows: readonly Erasure[];
  readonly deployments: readonly Deployment[];
}): ReactNode {
  if (rows.length === 0) return <p className="soft">Nobody was erased yet.</p>;
  const place: Column<Erasure> = {
    key: "place",
    title: "Where",
    cell: (row) => <Place deployments={deployments} environmentId={row.environment_id} />,
  };
  return <Table caption="Erasures" columns={[...FIRST, place, ...LAST]} rows={rows} rowKey={(row) => row.erasure_id} />;
}

const FIRST: readonly Column<Erasure>[] = [
  { key: "session", title: "Session", cell: (row) => <code>{row.session_id}</code> },
  { key: "state", title: "State", cell: (row) => <Badge tone={STATES[row.state][0]}>{STATES[row.state][1]}</Badge> },
];

const LAST: readonly Column<Erasure>[] = [
  { key: "by", title: "Asked by", cell: (row) => <Actor id={row.requested_by} name={row.requested_by_name} /> },
  { key: "at", title: "Asked", cell: (row) => <Time at={row.requested_at} /> },
  { key: "done", title: "Done", cell: (row) => <Time at={row.finished_at} /> },
  { key: "removed", title: "Removed", cell: (row) => removedWords(row.removed) },
];

function removedWords(removed: Erasure["removed"]): string {
  const parts = Object.entries(removed).filter(([, count]) => count > 0);
  return parts.length === 0
    ? "–"
    : parts.map(([kind, count]) => `${formatWord(kind)}: ${formatNumber(count)}`).join(", ");
}

function Place({
  deployments,
  environmentId,
}: {
  readonly deployments: readonly Deployment[];
  readonly environmentId: string;
}): ReactNode {
  const companyId = useCompanyId();
  const place = placeOf(deployments, environmentId);
  if (place === null) return <span className="soft">An archived deployment</span>;
  return (
    <span className="row">
      <Link
        to="/c/$companyId/deployments/$deploymentId"
        params={{ companyId, deploymentId: place.deployment.deployment_id }}
      >
        {place.deployment.name}
      </Link>
      <EnvironmentMark environment={place.environment} />
    </span>
  );
}
