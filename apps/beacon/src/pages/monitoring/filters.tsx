import { useState, type ReactNode } from "react";

import { useDeployments } from "../../frame/company.ts";
import type { Environment } from "../../frame/search.ts";
import { CheckField, SelectField, TextField } from "../../kit/fields.tsx";
import { formatDate } from "../../kit/format.ts";
import styles from "./monitoring.module.css";
import type { DayRange } from "./range.ts";
import { isDay, SPANS, type MonitoringSearch } from "./search.ts";

interface FiltersProps {
  readonly search: MonitoringSearch;
  readonly range: DayRange;
  readonly environment: Environment;
  readonly onChange: (next: Partial<MonitoringSearch>) => void;
}

const TIMES = [
  ...SPANS.map((days) => ({ value: days, label: `Last ${days} days` })),
  { value: "own", label: "Days of your choice" },
] as const;

/** Which deployment and which days. On paper they are a line of words. */
export function Filters({ search, range, environment, onChange }: FiltersProps): ReactNode {
  const deployments = useDeployments().data?.items ?? [];
  const isOwn = search.from !== undefined || search.to !== undefined;
  return (
    <>
      <div className={`row ends ${styles["no-print"] ?? ""}`} role="search" aria-label="Filters">
        <SelectField
          label="Deployment"
          value={search.deployment ?? ""}
          choices={[
            { value: "", label: "All deployments" },
            ...deployments.map((one) => ({ value: one.deployment_id, label: one.name })),
          ]}
          onPick={(next) => onChange({ deployment: next === "" ? undefined : next })}
        />
        <SelectField
          label="Time"
          value={isOwn ? "own" : (search.days ?? "30")}
          choices={TIMES}
          onPick={(next) =>
            onChange(
              next === "own"
                ? { from: range.from, to: range.to, days: undefined }
                : { days: next, from: undefined, to: undefined },
            )
          }
        />
        {isOwn && <OwnDays key={`${range.from} ${range.to}`} range={range} onChange={onChange} />}
        {environment === "test" && (
          <CheckField
            label="Count the sandbox too"
            checked={search.simulated === "yes"}
            onChange={(event) => onChange({ simulated: event.target.checked ? "yes" : undefined })}
          />
        )}
      </div>
      <p className="soft">
        <span className={styles["print"]}>
          {environment === "test" ? "Test" : "Production"},{" "}
          {deployments.find((one) => one.deployment_id === search.deployment)?.name ?? "all deployments"},{" "}
        </span>
        {dayName(range.from)} to {dayName(range.to)}, days of UTC.
      </p>
    </>
  );
}

/** Handed on when left or at Enter: a day that is being typed is none yet. */
function OwnDays({ range, onChange }: Pick<FiltersProps, "range" | "onChange">): ReactNode {
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  const hand = (): void => {
    if (isDay(from) && isDay(to) && (from !== range.from || to !== range.to)) onChange({ from, to });
  };
  const common = { type: "date", min: "2000-01-01", max: "2999-12-31", onBlur: hand };
  return (
    <>
      <TextField
        {...common}
        label="First day"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && hand()}
      />
      <TextField
        {...common}
        label="Last day"
        value={to}
        error={range.problem}
        onChange={(event) => setTo(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && hand()}
      />
    </>
  );
}

function dayName(day: string): string {
  return formatDate(Date.parse(`${day}T12:00:00`) / 1000);
}
