import type { ReactNode } from "react";

import { useDeployments } from "../../frame/company.ts";
import { CheckField, SelectField, TextField } from "../../kit/fields.tsx";
import { formatWord } from "../../kit/format.ts";
import { fromLocalInput } from "../../kit/local-time.ts";

export interface Wishes {
  /** Where the sessions should be; empty: anywhere. */
  readonly integrationId: string;
  /** As the fields hold them: a local time, or empty. */
  readonly from: string;
  readonly to: string;
  readonly isMatchedWished: boolean;
}

export const NO_OPTIONS: Wishes = { integrationId: "", from: "", to: "", isMatchedWished: false };

/** The range in epoch seconds, as the server takes it; nothing without a beginning. */
export function rangeOf({ from, to }: Wishes): { readonly finished_from?: number; readonly finished_to?: number } {
  const [begin, end] = [fromLocalInput(from), fromLocalInput(to)];
  if (begin === undefined) return {};
  return { finished_from: begin, ...(end !== undefined && { finished_to: end }) };
}

export function Options({
  options,
  onOptions,
}: {
  readonly options: Wishes;
  readonly onOptions: (options: Wishes) => void;
}): ReactNode {
  const set = (change: Partial<Wishes>): void => onOptions({ ...options, ...change });
  return (
    <>
      <div className="columns">
        <Place value={options.integrationId} onPick={(integrationId) => set({ integrationId })} />
        <TextField
          label="Finished from"
          hint="Then also what finished here and is not in your list."
          type="datetime-local"
          max="9999-12-31T23:59"
          value={options.from}
          onChange={(event) => set({ from: event.target.value })}
        />
        <TextField
          label="Finished before"
          hint="Empty: now."
          type="datetime-local"
          min={options.from}
          max="9999-12-31T23:59"
          disabled={options.from === ""}
          value={options.to}
          onChange={(event) => set({ to: event.target.value })}
        />
      </div>
      <CheckField
        label="List the lines that match, too"
        checked={options.isMatchedWished}
        onChange={(event) => set({ isMatchedWished: event.target.checked })}
      />
    </>
  );
}

function Place({ value, onPick }: { readonly value: string; readonly onPick: (id: string) => void }): ReactNode {
  const deployments = useDeployments().data?.items ?? [];
  const choices = deployments.flatMap((deployment) =>
    deployment.environments.map((side) => ({
      value: side.integration_id ?? "",
      label: `${deployment.name}, ${formatWord(side.kind)}`,
    })),
  );
  return (
    <SelectField
      label="Where they should be"
      hint="Anything elsewhere is then told as in the wrong place."
      value={value}
      choices={[{ value: "", label: "Anywhere in the company" }, ...choices]}
      onPick={onPick}
    />
  );
}
