import { useState, type ReactNode } from "react";

import { useAct } from "../../api/queries.ts";
import { useCompany } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { Copyable } from "../../kit/copy.tsx";
import { TextField } from "../../kit/fields.tsx";
import { Facts, Section } from "../../kit/page.tsx";
import { FailureNote } from "../../kit/states.tsx";
import { say } from "../../kit/toasts.tsx";
import { useSend } from "../../kit/use-send.ts";

export function CompanyName(): ReactNode {
  const company = useCompany();
  const [name, setName] = useState(company.name);
  const rename = useAct("RENAME_COMPANY", ["GET_ME"]);
  const { isBusy, failure, submit } = useSend(async () => {
    const done = await rename.mutateAsync({ params: { company_id: company.company_id }, body: { name } });
    setName(done.name);
    say({ tone: "good", text: `The company is called ${done.name} now.` });
  });
  return (
    <Section title="Company">
      <Facts of={[["Company id", <Copyable key="id" text={company.company_id} what="Company id" />]]} />
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Name"
          hint="1 to 100 characters. Applicants read it wherever an environment has no lender name of its own; your people read it here and in mails. Ids, keys and links stay."
          autoComplete="organization"
          maxLength={100}
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <FailureNote error={failure} />
        <div className="row">
          <Button type="submit" look="primary" isBusy={isBusy} disabled={name.trim() === company.name}>
            Rename
          </Button>
        </div>
      </form>
    </Section>
  );
}
