import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { readPages, useAct } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { Actor } from "../../frame/actor.tsx";
import { useCompanyId } from "../../frame/company.ts";
import { Badge } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { Ask } from "../../kit/dialog.tsx";
import { CheckField } from "../../kit/fields.tsx";
import { Section } from "../../kit/page.tsx";
import { Loaded } from "../../kit/states.tsx";
import { More, Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { say } from "../../kit/toasts.tsx";
import { PlaceHoldDialog } from "./place-hold-dialog.tsx";

type Hold = AnswerOf<"LIST_HOLDS">["items"][number];

const route = getRouteApi("/c/$companyId/settings");

export function Holds(): ReactNode {
  const companyId = useCompanyId();
  const { all } = route.useSearch();
  const navigate = route.useNavigate();
  const [isPlacing, setPlacing] = useState(false);
  const [released, setReleased] = useState<Hold | null>(null);
  const holds = useInfiniteQuery(
    readPages("LIST_HOLDS", { params: { company_id: companyId }, query: { all: all ?? "false" } }),
  );
  return (
    <Section
      title="Legal holds"
      lead="While one is in force, nothing of it is erased or removed by retention. Erasures that are asked for wait."
      actions={<Button onClick={() => setPlacing(true)}>Place a hold</Button>}
    >
      <CheckField
        label="Also those that were released"
        checked={all === "true"}
        onChange={(event) =>
          void navigate({ search: { tab: "holds", all: event.target.checked ? "true" : undefined }, replace: true })
        }
      />
      <Loaded of={holds} what="the legal holds" rows={2}>
        {({ pages }) => <List rows={pages.flatMap((page) => page.items)} onRelease={setReleased} />}
      </Loaded>
      <More of={holds} />
      {isPlacing && <PlaceHoldDialog onClose={() => setPlacing(false)} />}
      {released !== null && <Release hold={released} onClose={() => setReleased(null)} />}
    </Section>
  );
}

const COLUMNS: readonly Column<Hold>[] = [
  {
    key: "of",
    title: "Of",
    cell: (hold) =>
      hold.session_id === null ? <strong>Everything of the company</strong> : <code>{hold.session_id}</code>,
  },
  { key: "reason", title: "Why", cell: (hold) => hold.reason },
  {
    key: "placed",
    title: "Placed",
    cell: (hold) => (
      <div>
        <Actor id={hold.placed_by} name={hold.placed_by_name} />
        <div className="soft">
          <Time at={hold.placed_at} />
        </div>
      </div>
    ),
  },
];

function List({
  rows,
  onRelease,
}: {
  readonly rows: readonly Hold[];
  readonly onRelease: (hold: Hold) => void;
}): ReactNode {
  if (rows.length === 0) return <p className="soft">No hold is in force.</p>;
  const state: Column<Hold> = {
    key: "state",
    title: "State",
    cell: (hold) =>
      hold.released_at === null ? (
        <div className="row">
          <Badge tone="warn">In force</Badge>
          <Button look="quiet" aria-label={`Release: ${hold.reason}`} onClick={() => onRelease(hold)}>
            Release
          </Button>
        </div>
      ) : (
        <div>
          Released by <Actor id={hold.released_by ?? ""} name={hold.released_by_name} />
          <div className="soft">
            <Time at={hold.released_at} />
          </div>
        </div>
      ),
  };
  return <Table caption="Legal holds" columns={[...COLUMNS, state]} rows={rows} rowKey={(hold) => hold.hold_id} />;
}

function Release({ hold, onClose }: { readonly hold: Hold; readonly onClose: () => void }): ReactNode {
  const companyId = useCompanyId();
  const release = useAct("RELEASE_HOLD", ["LIST_HOLDS", "LIST_ERASURES"]);
  return (
    <Ask
      title="Release the hold"
      verb="Release"
      isDangerous
      onClose={onClose}
      onYes={async () => {
        await release.mutateAsync({ params: { company_id: companyId, hold_id: hold.hold_id } });
        say({ tone: "good", text: "The hold is released." });
      }}
    >
      <p>It was placed for: {hold.reason}</p>
      <p>
        Erasures that waited for it begin at once, and retention removes what is due. What is removed then can not be
        brought back.
      </p>
    </Ask>
  );
}
