import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { useAct } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Ask } from "../../kit/dialog.tsx";
import { SelectField, TextArea, TextField } from "../../kit/fields.tsx";
import { say } from "../../kit/toasts.tsx";

type Scope = "session" | "company";

export function PlaceHoldDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const companyId = useCompanyId();
  const [scope, setScope] = useState<Scope>("session");
  const [sessionId, setSessionId] = useState("");
  const [reason, setReason] = useState("");
  const place = useAct("PLACE_HOLD", ["LIST_HOLDS"]);
  return (
    <Ask
      title="Place a legal hold"
      verb="Place the hold"
      onClose={onClose}
      onYes={async () => {
        const session_id = scope === "session" ? sessionId.trim() : null;
        await place.mutateAsync({ params: { company_id: companyId }, body: { session_id, reason } });
        say({ tone: "good", text: "The hold is in force." });
      }}
    >
      <SelectField
        label="Of"
        value={scope}
        choices={[
          { value: "session", label: "One session" },
          { value: "company", label: "Everything of the company" },
        ]}
        onPick={setScope}
      />
      {scope === "session" && <SessionField value={sessionId} onChange={setSessionId} />}
      <TextArea
        label="Why"
        hint="For whoever releases it one day: up to 500 characters, no personal data."
        rows={3}
        maxLength={500}
        required
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </Ask>
  );
}

function SessionField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const companyId = useCompanyId();
  return (
    <TextField
      label="Session id"
      hint={
        <>
          You have only a uid?{" "}
          <Link to="/c/$companyId/trace" params={{ companyId }}>
            Trace it
          </Link>{" "}
          to see its sessions.
        </>
      }
      autoComplete="off"
      spellCheck={false}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
