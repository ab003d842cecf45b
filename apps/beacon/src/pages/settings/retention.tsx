import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { read, useAct } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { SelectField, TextField } from "../../kit/fields.tsx";
import { formatCount } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { FailureNote, Loaded, Note } from "../../kit/states.tsx";
import { say } from "../../kit/toasts.tsx";
import { useSend } from "../../kit/use-send.ts";

const FEWEST_DAYS = 90;
const MOST_DAYS = 36_500;
/** Ten years: what many laws on credit ask for. */
const USUAL_DAYS = 3650;

export function Retention(): ReactNode {
  const companyId = useCompanyId();
  const kept = useQuery(read("GET_COMPANY_RETENTION", { params: { company_id: companyId } }));
  return (
    <Section
      title="How long the audit log is kept"
      lead={
        <>
          How long inputs, results and webhook bodies are kept is a setting of each environment, in the{" "}
          <Link to="/c/$companyId/deployments" params={{ companyId }}>
            Deployment Centre
          </Link>
          .
        </>
      }
    >
      <Loaded of={kept} what="the retention" rows={2}>
        {({ audit_days }) => <RetentionForm key={String(audit_days)} days={audit_days} />}
      </Loaded>
    </Section>
  );
}

function RetentionForm({ days }: { readonly days: number | null }): ReactNode {
  const companyId = useCompanyId();
  const [isLimited, setLimited] = useState(days !== null);
  const [text, setText] = useState(String(days ?? USUAL_DAYS));
  const set = useAct("SET_COMPANY_RETENTION", ["GET_COMPANY_RETENTION"]);
  const wished = isLimited ? Number(text) : null;
  const { isBusy, failure, submit } = useSend(async () => {
    const now = await set.mutateAsync({ params: { company_id: companyId }, body: { audit_days: wished } });
    const span = now.audit_days === null ? "for ever" : formatCount(now.audit_days, "day");
    say({ tone: "good", text: `The audit log is kept ${now.audit_days === null ? span : `for ${span}`}.` });
  });
  const isShorter = wished !== null && (days === null || wished < days);
  return (
    <form className="stack" onSubmit={submit}>
      <SelectField
        label="Keep it"
        hint="It is small, and it proves all the rest: keep it for ever unless a law says otherwise."
        value={isLimited ? "days" : "ever"}
        choices={[
          { value: "ever", label: "For ever" },
          { value: "days", label: "For a number of days" },
        ]}
        onPick={(value) => setLimited(value === "days")}
      />
      {isLimited && (
        <TextField
          label="Days"
          hint={`From ${FEWEST_DAYS} to ${MOST_DAYS}.`}
          type="number"
          min={FEWEST_DAYS}
          max={MOST_DAYS}
          step={1}
          required
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      {isShorter && <Shorter />}
      <FailureNote error={failure} />
      <div className="row">
        <Button type="submit" look="primary" isBusy={isBusy} disabled={wished === days}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Shorter(): ReactNode {
  return (
    <Note tone="warn" title="Older entries will be removed">
      <p>They can not be brought back. A checkpoint keeps the rest of the chain verifiable.</p>
    </Note>
  );
}
