import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { read, useAct } from "../../../api/queries.ts";
import type { AnswerOf } from "../../../api/types.ts";
import { useCompanyId } from "../../../frame/company.ts";
import { Badge, EnvironmentMark } from "../../../kit/badges.tsx";
import { Button } from "../../../kit/button.tsx";
import { CodeBlock } from "../../../kit/copy.tsx";
import { CheckField } from "../../../kit/fields.tsx";
import { formatCount } from "../../../kit/format.ts";
import { HelpLink, Section } from "../../../kit/page.tsx";
import { FailureNote, Loaded, Note } from "../../../kit/states.tsx";
import { Time } from "../../../kit/time.tsx";
import { useSend } from "../../../kit/use-send.ts";
import { route, useDeploymentParams } from "../use-deployment.ts";
import style from "./go-live.module.css";
import { placeToMend } from "./place-to-mend.ts";

type GoLive = AnswerOf<"GET_GO_LIVE">;
type Item = GoLive["items"][number];

/** Found out by the system, item by item; nothing is ticked by hand. */
export function GoLiveCheck(): ReactNode {
  const params = useDeploymentParams();
  const check = useQuery(read("GET_GO_LIVE", { params }));
  return (
    <Section
      title="Go-live check"
      lead="Each item is found out by the system. What addresses answered counts for 24 hours."
      actions={<HelpLink to="/docs/guides/go-live">What each item asks</HelpLink>}
    >
      <RunCheck />
      <Loaded of={check} what="the check" rows={6}>
        {(found) => <Items found={found} />}
      </Loaded>
    </Section>
  );
}

function RunCheck(): ReactNode {
  const params = useDeploymentParams();
  const client = useQueryClient();
  const [withWebhook, setWithWebhook] = useState(true);
  const act = useAct("CHECK_GO_LIVE");
  const { isBusy, failure, submit } = useSend(async () => {
    const found = await act.mutateAsync({ params, body: { test_webhook: withWebhook } });
    client.setQueryData(read("GET_GO_LIVE", { params }).queryKey, found);
  });
  return (
    <form className="stack" onSubmit={submit}>
      <CheckField
        label="Send Production's webhook a signed test event too"
        hint="Its uid is TEST-WEBHOOK-00000. Your receiver must answer 200 and need not keep it."
        checked={withWebhook}
        onChange={(event) => setWithWebhook(event.target.checked)}
      />
      <FailureNote error={failure} />
      <div className="actions">
        <Button type="submit" look="primary" icon="refresh" isBusy={isBusy}>
          Check now
        </Button>
      </div>
    </form>
  );
}

function Items({ found }: { readonly found: GoLive }): ReactNode {
  const open = found.items.filter(({ state }) => state === "open");
  const parts = [
    ["Before the first real applicant", open.filter(({ level }) => level === "blocking")],
    ["Good to have", open.filter(({ level }) => level === "advising")],
    ["Done", found.items.filter(({ state }) => state === "ok")],
    ["Does not apply here", found.items.filter(({ state }) => state === "not_applicable")],
  ] as const;
  return (
    <>
      <Note
        tone={found.ready ? "good" : "warn"}
        title={
          found.ready
            ? "Ready for real applicants"
            : `${formatCount(found.blocking_open, "item")} to close before the first real applicant`
        }
      >
        <p>
          {found.advising_open > 0 && `${formatCount(found.advising_open, "more item")} would be good to have. `}Looked
          at <Time at={found.looked_at} isAgo />.
        </p>
      </Note>
      {parts.map(([title, items]) => items.length > 0 && <Part key={title} title={title} items={items} />)}
    </>
  );
}

function Part({ title, items }: { readonly title: string; readonly items: readonly Item[] }): ReactNode {
  return (
    <section className="stack" aria-label={title}>
      <h3>
        {title} ({items.length})
      </h3>
      <ul className={style["items"]}>
        {items.map((item) => (
          <li key={item.key}>
            <ItemLine item={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ItemMark({ item }: { readonly item: Item }): ReactNode {
  if (item.state === "ok") return <Badge tone="good">Ok</Badge>;
  if (item.state === "not_applicable") return <Badge>Does not apply</Badge>;
  return item.level === "blocking" ? <Badge tone="bad">Open</Badge> : <Badge tone="warn">Advice</Badge>;
}

function ItemLine({ item }: { readonly item: Item }): ReactNode {
  const { title, reason, environment, evidence_at: evidenceAt } = item;
  return (
    <div className={style["item"]}>
      <div className={style["mark"]}>
        <ItemMark item={item} />
      </div>
      <div className={style["words"]}>
        <p className="row">
          <strong>{title}</strong>
          {environment !== null && <EnvironmentMark environment={environment} />}
        </p>
        <p>{reason}</p>
        {evidenceAt !== null && (
          <p className="soft">
            Newest proof: <Time at={evidenceAt} isAgo />
          </p>
        )}
        {item.fix !== null && <Fix item={item} fix={item.fix} />}
      </div>
    </div>
  );
}

function Fix({ item, fix }: { readonly item: Item; readonly fix: NonNullable<Item["fix"]> }): ReactNode {
  const place = placeToMend(item.key);
  const companyId = useCompanyId();
  return (
    <>
      <p>
        {fix.text}{" "}
        {place === "team" && (
          <Link to="/c/$companyId/team" params={{ companyId }}>
            Mend it under Team
          </Link>
        )}
        {place !== null && place !== "team" && (
          <Link
            from={route.id}
            to="."
            search={{ env: place.env === "production" ? "production" : undefined, tab: place.tab }}
          >
            Mend it under {place.title}
          </Link>
        )}
      </p>
      {(fix.command !== null || fix.call !== null) && (
        <details>
          <summary>On the command line, or by the API</summary>
          {fix.command !== null && <CodeBlock text={fix.command} what={`Command for: ${item.title}`} />}
          {fix.call !== null && <CodeBlock text={fix.call} what={`Call for: ${item.title}`} />}
        </details>
      )}
    </>
  );
}
