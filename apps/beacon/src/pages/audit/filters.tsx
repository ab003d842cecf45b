import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { callForFile } from "../../api/client.ts";
import { readPages } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { SelectField, type Choice } from "../../kit/fields.tsx";
import { MomentFilter, TextFilter } from "../../kit/filter-fields.tsx";
import { FailureNote } from "../../kit/states.tsx";
import { useDownload } from "../../kit/use-download.ts";
import type { AuditSearch } from "./search.ts";
import { ACTION_GROUPS, actionWords } from "./words.ts";
import styles from "./audit.module.css";

const ANY = "";
const NOTHING: AuditSearch = {
  actor: undefined,
  action: undefined,
  target_type: undefined,
  target_id: undefined,
  from: undefined,
  to: undefined,
};

interface FilterProps {
  readonly search: AuditSearch;
  readonly onSet: (change: AuditSearch) => void;
}

/** What an address names and no list knows is kept as it is. */
function withOwn(choices: readonly Choice[], own: string | undefined, label: (own: string) => string) {
  return own === undefined || choices.some((choice) => choice.value === own)
    ? choices
    : [...choices, { value: own, label: label(own) }];
}

export function AuditFilters({ search, onSet }: FilterProps): ReactNode {
  const companyId = useCompanyId();
  const members = useInfiniteQuery(readPages("LIST_MEMBERS", { params: { company_id: companyId } }));
  const people = (members.data?.pages ?? [])
    .flatMap((page) => page.items)
    .map((member) => ({ value: `user:${member.user_id}`, label: `${member.name} (${member.email})` }));
  const actors = [{ value: ANY, label: "Anybody" }, ...people, { value: "system", label: "The system itself" }];
  const actions = [{ value: ANY, label: "Anything" }, ...ACTION_GROUPS];
  const isSet = Object.values(search).some((value) => value !== undefined);
  return (
    <section className="stack" aria-label="Filters">
      <div className={styles["filters"]}>
        <SelectField
          label="Who"
          value={search.actor ?? ANY}
          choices={withOwn(actors, search.actor, (own) => own)}
          onPick={(actor) => onSet({ actor: actor === ANY ? undefined : actor })}
        />
        <SelectField
          label="What"
          value={search.action ?? ANY}
          choices={withOwn(actions, search.action, actionWords)}
          onPick={(action) => onSet({ action: action === ANY ? undefined : action })}
        />
        <TextFilter
          label="Target id"
          value={search.target_id}
          onSet={(target_id) => onSet({ target_id, target_type: undefined })}
        />
        <MomentFilter label="From" value={search.from} onSet={(from) => onSet({ from })} />
        <MomentFilter label="Before" value={search.to} onSet={(to) => onSet({ to })} />
      </div>
      <div className="row">
        <Export search={search} />
        {isSet && (
          <Button look="quiet" onClick={() => onSet(NOTHING)}>
            Clear the filters
          </Button>
        )}
      </div>
    </section>
  );
}

function Export({ search }: { readonly search: AuditSearch }): ReactNode {
  const companyId = useCompanyId();
  const { isBusy, failure, download } = useDownload();
  const save = (format: "csv" | "jsonl"): void =>
    void download(`audit.${format}`, async () =>
      callForFile("EXPORT_AUDIT", { params: { company_id: companyId }, query: { ...search, format } }),
    );
  return (
    <>
      <Button icon="download" isBusy={isBusy} onClick={() => save("csv")}>
        Export as CSV
      </Button>
      <Button icon="download" isBusy={isBusy} onClick={() => save("jsonl")}>
        Export as JSON lines
      </Button>
      <span className="soft">What the filters show, oldest first. The export is recorded too.</span>
      <FailureNote error={failure} />
    </>
  );
}
