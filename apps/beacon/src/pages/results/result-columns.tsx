import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { AnswerOf } from "../../api/types.ts";
import { Badge, ConfidenceMark, RiskBandMark, StateMark } from "../../kit/badges.tsx";
import { formatSpan } from "../../kit/format.ts";
import type { Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { flagName } from "./flag-names.ts";

export type Item = AnswerOf<"SEARCH_RESULTS_AS_PERSON">["items"][number];

type Row = Omit<Column<Item>, "cell"> & { readonly cell: (item: Item) => ReactNode };

/** All that the list can show; the uid is always there. */
export const LIST_COLUMNS: readonly Row[] = [
  {
    key: "score",
    title: "Score (0–100)",
    isNumber: true,
    cell: ({ score }) => score ?? <span className="soft">–</span>,
  },
  { key: "risk_band", title: "Risk band", cell: ({ risk_band }) => <RiskBandMark band={risk_band} /> },
  { key: "confidence", title: "Data confidence", cell: ({ confidence }) => <ConfidenceMark confidence={confidence} /> },
  { key: "state", title: "State", cell: (item) => <SessionState of={item} /> },
  { key: "deployment", title: "Deployment", cell: ({ deployment }) => deployment },
  { key: "created_at", title: "Created", cell: ({ created_at }) => <Time at={created_at} isAgo /> },
  { key: "ended_at", title: "Ended", cell: ({ ended_at }) => <Time at={ended_at} isAgo /> },
  {
    key: "duration_s",
    title: "Took",
    cell: ({ duration_s }) => (
      <span className="one-line">
        {duration_s === null ? "–" : duration_s === 0 ? "under 1 s" : formatSpan(duration_s * 1000)}
      </span>
    ),
  },
  {
    key: "last_activity_at",
    title: "Last activity",
    cell: ({ last_activity_at }) => <Time at={last_activity_at} isAgo />,
  },
  { key: "trust_score", title: "Trust (0–100)", isNumber: true, cell: ({ trust_score }) => trust_score ?? "–" },
  { key: "flags", title: "Flags", cell: ({ flags }) => flags.map(flagName).join(", ") || "–" },
  { key: "batch", title: "Batch", cell: ({ batch }) => batch?.name ?? "–" },
  { key: "model_version", title: "Model", cell: ({ result }) => result?.model_version ?? "–" },
  { key: "webhook", title: "Webhook", cell: (item) => <Webhook item={item} /> },
  { key: "run", title: "Run", isNumber: true, cell: ({ run }) => run },
];

export const USUAL_COLUMNS = ["score", "risk_band", "confidence", "state", "deployment", "created_at", "webhook"];

/** The chosen ones in the order of the list; the usual ones where nothing or nonsense is chosen. */
export function chosenColumns(text: string | undefined): readonly string[] {
  const wanted = text?.split(",") ?? [];
  const known = LIST_COLUMNS.map(({ key }) => key).filter((key) => wanted.includes(key));
  return known.length > 0 ? known : USUAL_COLUMNS;
}

export function columnsOf(companyId: string, chosen: readonly string[]): readonly Column<Item>[] {
  return [
    { key: "uid", title: "uid", cell: (item) => <Uid companyId={companyId} item={item} /> },
    ...LIST_COLUMNS.filter(({ key }) => chosen.includes(key)),
  ];
}

function Uid({ companyId, item }: { readonly companyId: string; readonly item: Item }): ReactNode {
  return (
    <span className="row one-line">
      <Link
        to="/c/$companyId/results/$environmentId/$sessionId"
        params={{ companyId, environmentId: item.environment_id, sessionId: item.session_id }}
      >
        {item.uid}
      </Link>
      {item.simulated && <Badge>Sandbox</Badge>}
    </span>
  );
}

/** A completed journey without a score is not shown as if all were well. */
export function SessionState({ of: { outcome, state } }: { readonly of: Pick<Item, "outcome" | "state"> }): ReactNode {
  return outcome === "unscorable" ? <Badge tone="warn">Not scorable</Badge> : <StateMark state={state} />;
}

function Webhook({ item }: { readonly item: Item }): ReactNode {
  const delivery = item.last_event?.delivery;
  return delivery === null || delivery === undefined ? (
    <span className="soft">–</span>
  ) : (
    <StateMark state={delivery.state} />
  );
}
