import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useUidHash, writeUidHash } from "../../frame/uid-hash.ts";
import { Button } from "../../kit/button.tsx";
import { SelectField } from "../../kit/fields.tsx";
import { MomentFilter, TextFilter } from "../../kit/filter-fields.tsx";
import { formatWord } from "../../kit/format.ts";
import { STATES, TYPES, type WebhooksSearch } from "./search.ts";
import { STATE_WORDS } from "./words.ts";
import styles from "./webhooks.module.css";

const route = getRouteApi("/c/$companyId/webhooks");

const NOTHING: WebhooksSearch = {
  state: undefined,
  type: undefined,
  session: undefined,
  from: undefined,
  to: undefined,
};

export function DeliveryFilters(): ReactNode {
  const { state, type, session, from, to } = route.useSearch();
  const uid = useUidHash();
  const navigate = route.useNavigate();
  const set = (change: WebhooksSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...change }), hash: true });
  const isSet = [state, type, session, from, to, uid].some((value) => value !== undefined);
  return (
    <section className="stack" aria-label="Filters">
      <div className={styles["filters"]}>
        <TextFilter
          label="Uid"
          value={uid}
          onSet={(next) => void navigate({ search: (before) => before, hash: writeUidHash(next) })}
        />
        <SelectField
          label="State"
          value={state ?? ""}
          choices={[
            { value: "", label: "Any" },
            ...STATES.map((one) => ({ value: one, label: `${formatWord(one)}: ${STATE_WORDS[one].toLowerCase()}` })),
          ]}
          onPick={(next) => set({ state: STATES.find((one) => one === next) })}
        />
        <SelectField
          label="Event"
          value={type ?? ""}
          choices={[{ value: "", label: "Any" }, ...TYPES.map((one) => ({ value: one, label: one }))]}
          onPick={(next) => set({ type: TYPES.find((one) => one === next) })}
        />
        <MomentFilter label="From" value={from} onSet={(next) => set({ from: next })} />
        <MomentFilter label="Before" value={to} onSet={(next) => set({ to: next })} />
      </div>
      {isSet && <Clear session={session} />}
    </section>
  );
}

function Clear({ session }: { readonly session: string | undefined }): ReactNode {
  const navigate = route.useNavigate();
  return (
    <div className="row">
      <Button look="quiet" onClick={() => void navigate({ search: (before) => ({ ...before, ...NOTHING }), hash: "" })}>
        Clear the filters
      </Button>
      {session !== undefined && (
        <span className="soft">
          Only session <code>{session}</code>
        </span>
      )}
    </div>
  );
}
