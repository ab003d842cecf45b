import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { readPages } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { SelectField } from "../../kit/fields.tsx";
import { HelpLink, Section } from "../../kit/page.tsx";
import { Empty, Loaded } from "../../kit/states.tsx";
import { More, Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import style from "./deployments.module.css";
import { SETTING_TITLES, titleOfSetting } from "./settings/titles.ts";
import { route, useSideParams, type Side } from "./use-deployment.ts";
import { writeChange } from "./write-value.ts";

type Change = AnswerOf<"LIST_SETTING_CHANGES">["items"][number];

const COLUMNS: readonly Column<Change>[] = [
  { key: "setting", title: "Setting", cell: ({ setting }) => titleOfSetting(setting) },
  { key: "from", title: "From", cell: ({ from, to }) => <Value text={writeChange(from, to)[0]} /> },
  { key: "to", title: "To", cell: ({ from, to }) => <Value text={writeChange(from, to)[1]} /> },
  { key: "who", title: "Who", cell: ({ actor, actor_name: name }) => <span title={actor}>{name ?? actor}</span> },
  { key: "at", title: "When", cell: ({ at }) => <Time at={at} /> },
];

/** Who changed what of this side, newest first. */
export function HistoryTab({ side }: { readonly side: Side }): ReactNode {
  const params = useSideParams(side);
  const { setting } = route.useSearch();
  const navigate = route.useNavigate();
  const pages = useInfiniteQuery(readPages("LIST_SETTING_CHANGES", { params, query: { setting } }));
  return (
    <Section
      title="Changes of settings"
      lead="Who changed what, from what to what. The query of a webhook URL may hold a secret and is hidden; the same mark is the same URL."
      actions={<HelpLink to="/docs/guides/deployments#settings">Settings</HelpLink>}
    >
      <SelectField
        label="Setting"
        value={setting ?? ""}
        choices={[
          { value: "", label: "All settings" },
          ...Object.entries(SETTING_TITLES).map(([value, label]) => ({ value, label })),
        ]}
        onPick={(next) => void navigate({ search: (now) => ({ ...now, setting: next === "" ? undefined : next }) })}
      />
      <Loaded of={pages} what="the history">
        {(data) => {
          const items = data.pages.flatMap((page) => page.items);
          if (items.length === 0) return <NoChange isFiltered={setting !== undefined} />;
          return (
            <>
              <Table caption="Changes, newest first" columns={COLUMNS} rows={items} rowKey={(row) => row.change_id} />
              <More of={pages} />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

function NoChange({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  return (
    <Empty title={isFiltered ? "This setting was never changed" : "Nothing was changed yet"}>
      <p>Every change under Settings and Webhook is written here, with who made it.</p>
    </Empty>
  );
}

function Value({ text }: { readonly text: string }): ReactNode {
  return <span className={style["value"]}>{text}</span>;
}
