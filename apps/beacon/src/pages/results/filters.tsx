import { useDeferredValue, useEffect, useEffectEvent, useState, type ReactNode } from "react";

import { useDeployments } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { dayEndOf, dayOf, dayStartOf } from "../../kit/days.ts";
import { SelectField, TextField } from "../../kit/fields.tsx";
import { formatWord } from "../../kit/format.ts";
import { PickMany } from "../../kit/pick-many.tsx";
import { isNarrowed } from "./filter.ts";
import { FLAGS } from "./flag-names.ts";
import styles from "./results.module.css";
import { BANDS, CONFIDENCES, OUTCOMES, STATES, type ResultsSearch } from "./search.ts";

interface FiltersProps {
  readonly search: ResultsSearch;
  readonly uid: string;
  readonly onChange: (next: Partial<ResultsSearch>) => void;
  readonly onUid: (uid: string) => void;
  readonly onClear: () => void;
}

const words = <Value extends string>(values: readonly Value[]) =>
  values.map((value) => ({ value, label: formatWord(value) }));
const OUTCOME_WORDS = [
  { value: OUTCOMES[0], label: "Scored" },
  { value: OUTCOMES[1], label: "Not scorable" },
];

/** Narrows the list. Empty means all. */
export function Filters({ search, uid, onChange, onUid, onClear }: FiltersProps): ReactNode {
  const deployments = useDeployments().data?.items ?? [];
  return (
    <div className="stack" role="search" aria-label="Filters">
      <div className={styles["filters"]}>
        <UidField uid={uid} onUid={onUid} />
        <SelectField
          label="Deployment"
          value={search.deployment ?? ""}
          choices={[
            { value: "", label: "All deployments" },
            ...deployments.map((one) => ({ value: one.deployment_id, label: one.name })),
          ]}
          onPick={(next) => onChange({ deployment: next === "" ? undefined : next })}
        />
        <TextField
          label="Created from"
          type="date"
          value={search.from === undefined ? "" : dayOf(search.from)}
          onChange={(event) => onChange({ from: dayStartOf(event.target.value) ?? undefined })}
        />
        <TextField
          label="Created until"
          type="date"
          value={search.to === undefined ? "" : dayOf(search.to - 1)}
          onChange={(event) => {
            const end = dayEndOf(event.target.value);
            onChange({ to: end === null ? undefined : end + 1 });
          }}
        />
      </div>
      <div className="row">
        <Picks search={search} onChange={onChange} />
        {isNarrowed(search, uid) && (
          <Button look="quiet" onClick={onClear}>
            Clear the filters
          </Button>
        )}
      </div>
    </div>
  );
}

function Picks({ search, onChange }: Pick<FiltersProps, "search" | "onChange">): ReactNode {
  return (
    <>
      <PickMany
        label="State"
        choices={words(STATES)}
        chosen={search.state ?? []}
        onChange={(state) => onChange({ state: some(state) })}
      />
      <PickMany
        label="Outcome"
        choices={OUTCOME_WORDS}
        chosen={search.outcome ?? []}
        onChange={(outcome) => onChange({ outcome: some(outcome) })}
      />
      <PickMany
        label="Risk band"
        choices={words(BANDS)}
        chosen={search.band ?? []}
        onChange={(band) => onChange({ band: some(band) })}
      />
      <PickMany
        label="Data confidence"
        choices={words(CONFIDENCES)}
        chosen={search.confidence ?? []}
        onChange={(confidence) => onChange({ confidence: some(confidence) })}
      />
      <PickMany
        label="Flags"
        choices={FLAGS}
        chosen={search.flags ?? []}
        onChange={(flags) => onChange({ flags: some(flags) })}
      />
    </>
  );
}

function some<Value>(values: readonly Value[]): readonly Value[] | undefined {
  return values.length > 0 ? values : undefined;
}

/** Asks when typing rests; the address follows, and where the address changes by itself the field follows it. */
function UidField({ uid, onUid }: { readonly uid: string; readonly onUid: (uid: string) => void }): ReactNode {
  const [text, setText] = useState(uid);
  const [seen, setSeen] = useState(uid);
  const [told, setTold] = useState(uid);
  if (seen !== uid) {
    setSeen(uid);
    // What this field told is in it already, perhaps with more letters by now.
    if (uid !== told) {
      setTold(uid);
      setText(uid);
    }
  }
  const rested = useDeferredValue(text.trim());
  const isGood = rested === "" || /^[A-Za-z0-9_-]{1,60}$/.test(rested);
  const tell = useEffectEvent(onUid);
  useEffect(() => {
    if (!isGood || rested === uid) return undefined;
    const timer = setTimeout(() => {
      setTold(rested);
      tell(rested);
    }, 200);
    return () => clearTimeout(timer);
  }, [rested, isGood, uid]);
  return (
    <TextField
      label="uid begins with"
      value={text}
      autoComplete="off"
      spellCheck={false}
      error={isGood ? null : "A uid has letters, digits, _ and - only."}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
