import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { read, useAct } from "../../api/queries.ts";
import type { AnswerOf, BodyOf } from "../../api/types.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Ask } from "../../kit/dialog.tsx";
import { CheckField, SelectField, TextField } from "../../kit/fields.tsx";
import { formatCount, formatNumber } from "../../kit/format.ts";
import { fromLocalInput, toLocalInput } from "../../kit/local-time.ts";
import { Loaded } from "../../kit/states.tsx";
import { say } from "../../kit/toasts.tsx";

type Which = "failed" | "range";

const DAY_S = 86_400;

export function ReplayDialog({
  environmentId,
  onClose,
}: {
  readonly environmentId: string;
  readonly onClose: () => void;
}): ReactNode {
  const companyId = useCompanyId();
  const params = { company_id: companyId, environment_id: environmentId };
  const [which, setWhich] = useState<Which>("failed");
  const [from, setFrom] = useState(() => toLocalInput(Date.now() / 1000 - DAY_S));
  const [to, setTo] = useState("");
  const [isAll, setAll] = useState(false);
  const start = useAct("START_REPLAY", ["LIST_REPLAYS", "LIST_DELIVERIES", "GET_ENDPOINT"]);
  const act = async (): Promise<void> => {
    const end = fromLocalInput(to);
    const body: BodyOf<"START_REPLAY"> =
      which === "failed"
        ? { which }
        : { which, from: fromLocalInput(from) ?? 0, ...(end !== undefined && { to: end }), include_delivered: isAll };
    const { total } = await start.mutateAsync({ params, body });
    say({ tone: "good", text: `It has begun: ${formatCount(total, "event")} to look at.` });
  };
  return (
    <Ask title="Send deliveries again" verb="Send again" onClose={onClose} onYes={act}>
      <SelectField
        label="Which"
        value={which}
        choices={[
          { value: "failed", label: "All that were not delivered" },
          { value: "range", label: "Those of a time" },
        ]}
        onPick={setWhich}
      />
      {which === "failed" ? (
        <Undelivered environmentId={environmentId} />
      ) : (
        <Range from={from} onFrom={setFrom} to={to} onTo={setTo} isAll={isAll} onAll={setAll} />
      )}
    </Ask>
  );
}

/** How many it will be, before it begins. */
function Undelivered({ environmentId }: { readonly environmentId: string }): ReactNode {
  const companyId = useCompanyId();
  const endpoint = useQuery({
    ...read("GET_ENDPOINT", { params: { company_id: companyId, environment_id: environmentId } }),
    staleTime: 0,
  });
  return (
    <Loaded of={endpoint} what="how many there are" rows={1}>
      {({ undelivered }) => <p>{countWords(undelivered)}</p>}
    </Loaded>
  );
}

function countWords({ pending, held, dead, more }: AnswerOf<"GET_ENDPOINT">["undelivered"]): string {
  const total = pending + held + dead;
  if (total === 0) return "Everything has been delivered: there is nothing to send again.";
  const parts = [
    [dead, "given up"],
    [held, "held"],
    [pending, "waiting for the next attempt"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatNumber(count)} ${word}`);
  return `${more ? "More than " : ""}${formatCount(total, "delivery", "deliveries")}: ${told.join(", ")}.`;
}

function Range(props: {
  readonly from: string;
  readonly onFrom: (text: string) => void;
  readonly to: string;
  readonly onTo: (text: string) => void;
  readonly isAll: boolean;
  readonly onAll: (isAll: boolean) => void;
}): ReactNode {
  return (
    <>
      <div className="columns">
        <TextField
          label="From"
          type="datetime-local"
          max="9999-12-31T23:59"
          required
          value={props.from}
          onChange={(event) => props.onFrom(event.target.value)}
        />
        <TextField
          label="Before (empty: now)"
          type="datetime-local"
          min={props.from}
          max="9999-12-31T23:59"
          value={props.to}
          onChange={(event) => props.onTo(event.target.value)}
        />
      </div>
      <CheckField
        label="Also what was delivered"
        hint="Everything of that time is then sent once more, for instance after your server lost its data."
        checked={props.isAll}
        onChange={(event) => props.onAll(event.target.checked)}
      />
      <p className="soft">
        By when events were recorded; also those of a time without a webhook URL. How many they are is told when it
        begins, and it can be cancelled.
      </p>
    </>
  );
}
