import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { useAct } from "../../api/queries.ts";
import type { AnswerOf, BodyOf } from "../../api/types.ts";
import { useCompanyId } from "../../frame/company.ts";
import type { Environment } from "../../frame/search.ts";
import { EnvironmentMark } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { CheckField, SelectField, TextArea, TextField } from "../../kit/fields.tsx";
import { formatCount } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { FailureNote, Note } from "../../kit/states.tsx";
import { ListReport } from "./list-report.tsx";
import { dayEndOf, dayOf } from "../../kit/days.ts";

type Draft = BodyOf<"CREATE_LINKS_AS_PERSON">;
type Report = AnswerOf<"CHECK_LINK_LIST">;

interface MakeLinksProps {
  readonly environmentId: string;
  readonly deployment: string;
  readonly environment: Environment;
  readonly onClose: () => void;
}

interface Form {
  readonly name: string;
  readonly source: "count" | "list";
  readonly count: string;
  readonly csv: string;
  readonly until: string;
  readonly clock: "at_opening" | "at_creation";
  readonly isPilot: boolean;
}

const MONTH_S = 30 * 86_400;

/** Name and count, or a list of uids; the list is judged line by line before anything is made. */
export function MakeLinks({ environmentId, deployment, environment, onClose }: MakeLinksProps): ReactNode {
  const [form, setForm] = useState<Form>(emptyForm);
  const { check, make, judge, create, forget } = useMaking(environmentId);
  const change = (next: Partial<Form>): void => {
    forget();
    setForm((before) => ({ ...before, ...next }));
  };
  return (
    <Section
      title="Make links"
      lead={
        <>
          For {deployment} <EnvironmentMark environment={environment} />
        </>
      }
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          judge(draftOf(form));
        }}
      >
        <Fields form={form} onChange={change} />
        <FailureNote error={check.error ?? make.error} />
        {check.data === undefined && (
          <div className="actions">
            <Button type="submit" look="primary" isBusy={check.isPending}>
              Check before making
            </Button>
          </div>
        )}
      </form>
      {check.data !== undefined && (
        <Decision
          report={check.data}
          isBusy={make.isPending}
          onCreate={(skipBad) => create({ ...draftOf(form), skip_bad: skipBad })}
        />
      )}
    </Section>
  );
}

/** The two calls, and where the second one leads. */
function useMaking(environmentId: string) {
  const companyId = useCompanyId();
  const navigate = useNavigate();
  // A second press, or a try after a lost answer, gives the same batch and not another one.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const check = useAct("CHECK_LINK_LIST");
  const make = useAct("CREATE_LINKS_AS_PERSON", ["LIST_LINK_BATCHES_AS_PERSON"]);
  const params = { company_id: companyId, environment_id: environmentId };
  const show = (batchId: string): void => {
    void navigate({ to: "/c/$companyId/links/$environmentId/$batchId", params: { companyId, environmentId, batchId } });
  };
  return {
    check,
    make,
    judge: (body: Draft) => check.mutate({ params, body }),
    create: (body: Draft) =>
      make.mutate(
        { params, body, headers: { "idempotency-key": key } },
        { onSuccess: ({ batch_id }) => show(batch_id) },
      ),
    /** What was found is not of the form as it stands now. */
    forget: () => {
      check.reset();
      make.reset();
      setKey(crypto.randomUUID());
    },
  };
}

function emptyForm(): Form {
  const now = Math.floor(Date.now() / 1000);
  return {
    name: "",
    source: "count",
    count: "10",
    csv: "",
    until: dayOf(now + MONTH_S),
    clock: "at_opening",
    isPilot: false,
  };
}

function draftOf(form: Form): Draft {
  const until = dayEndOf(form.until);
  return {
    name: form.name,
    clock: form.clock,
    stakes: form.isPilot ? "low" : "high",
    ...(form.source === "count" ? { count: Number(form.count) } : { csv: form.csv }),
    ...(form.clock === "at_opening" && until !== null && { valid_until: until }),
  };
}

interface FieldsProps {
  readonly form: Form;
  readonly onChange: (next: Partial<Form>) => void;
}

function Fields({ form, onChange }: FieldsProps): ReactNode {
  return (
    <>
      <div className="columns">
        <TextField
          label="Name of the batch"
          hint="For your team, for example the campaign and the month. No names of people."
          required
          maxLength={100}
          value={form.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <SelectField
          label="For whom"
          value={form.source}
          choices={[
            { value: "count", label: "So many, with uids made for me" },
            { value: "list", label: "A list of my own uids" },
          ]}
          onPick={(source) => onChange({ source })}
        />
        {form.source === "count" && (
          <TextField
            label="How many"
            hint="1 to 50 000."
            type="number"
            min={1}
            max={50_000}
            required
            value={form.count}
            onChange={(event) => onChange({ count: event.target.value })}
          />
        )}
      </div>
      {form.source === "list" && <ListFields form={form} onChange={onChange} />}
      <TimeFields form={form} onChange={onChange} />
    </>
  );
}

function TimeFields({ form, onChange }: FieldsProps): ReactNode {
  return (
    <div className="columns">
      <SelectField
        label="The applicant's time starts"
        value={form.clock}
        choices={[
          { value: "at_opening", label: "When the link is first opened" },
          { value: "at_creation", label: "Now" },
        ]}
        onPick={(clock) => onChange({ clock })}
      />
      {form.clock === "at_opening" && (
        <TextField
          label="Links wait until the end of"
          hint="Opened later, they say that the time is over."
          type="date"
          required
          value={form.until}
          onChange={(event) => onChange({ until: event.target.value })}
        />
      )}
      <CheckField
        label="A pilot with volunteers"
        hint="Nothing is at stake for those who play; kept apart where results are judged."
        checked={form.isPilot}
        onChange={(event) => onChange({ isPilot: event.target.checked })}
      />
    </div>
  );
}

function ListFields({
  form,
  onChange,
}: {
  readonly form: Form;
  readonly onChange: (next: Partial<Form>) => void;
}): ReactNode {
  return (
    <div className="stack">
      <TextField
        label="CSV file"
        hint="A column uid, optionally language and metadata.<name>; or one uid on each line. It is read here and sent only to be checked."
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) void file.text().then((csv) => onChange({ csv }));
        }}
      />
      <TextArea
        label="Or paste it here"
        required
        rows={8}
        spellCheck={false}
        value={form.csv}
        onChange={(event) => onChange({ csv: event.target.value })}
      />
    </div>
  );
}

interface DecisionProps {
  readonly report: Report;
  readonly isBusy: boolean;
  readonly onCreate: (skipBad: boolean) => void;
}

/** What was found, and what making would do: all, the good ones, or nothing. */
function Decision({ report, isBusy, onCreate }: DecisionProps): ReactNode {
  const good = report.ok + report.notice;
  return (
    <div className="stack">
      <ListReport report={report} />
      {report.creatable === "none" && (
        <Note tone="bad" title="No link can be made of this" isAlert>
          <p>Mend the lines named above, then check again.</p>
        </Note>
      )}
      {report.creatable !== "none" && (
        <div className="actions">
          {report.creatable === "with_skip_bad" && (
            <p className="soft">{formatCount(report.refused, "line")} will be left out, and named in the batch.</p>
          )}
          <Button look="primary" isBusy={isBusy} onClick={() => onCreate(report.creatable === "with_skip_bad")}>
            Make {formatCount(good, "link")}
          </Button>
        </div>
      )}
    </div>
  );
}
