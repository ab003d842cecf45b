import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";

import { read } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { hashOfUid, useUidOfAddress } from "../../frame/hash.ts";
import { Button } from "../../kit/button.tsx";
import { TextField } from "../../kit/fields.tsx";
import { HelpLink, Page } from "../../kit/page.tsx";
import { Empty, Loaded } from "../../kit/states.tsx";
import { Found } from "./found.tsx";
import styles from "./trace.module.css";

/** Everything that happened to a uid, in all deployments and both environments. The uid stands behind `#`. */
export function TracePage(): ReactNode {
  const [uid] = useUidOfAddress();
  return (
    <Page
      title="Trace a uid"
      lead={
        <>
          One time line over all deployments and both environments, from stored facts.{" "}
          <HelpLink to="/docs/guides/find-and-reconcile">Find and reconcile</HelpLink>
        </>
      }
    >
      <UidForm key={uid} uid={uid} />
      {uid === "" ? (
        <Empty title="Which uid?">
          <p>
            Type it as your own system has it: upper and lower case count. Do you know only how it begins? Press / to
            search.
          </p>
        </Empty>
      ) : (
        <Trace uid={uid} />
      )}
    </Page>
  );
}

function UidForm({ uid }: { readonly uid: string }): ReactNode {
  const companyId = useCompanyId();
  const navigate = useNavigate();
  const [text, setText] = useState(uid);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void navigate({ to: "/c/$companyId/trace", params: { companyId }, hash: hashOfUid(text.trim()) });
  };
  return (
    <form className={styles["form"]} role="search" onSubmit={submit}>
      <TextField
        label="Uid"
        autoComplete="off"
        spellCheck={false}
        required
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" look="primary" icon="trace">
        Trace
      </Button>
    </form>
  );
}

function Trace({ uid }: { readonly uid: string }): ReactNode {
  const companyId = useCompanyId();
  // Another uid's time line never stands in while this one is read.
  const { placeholderData: _none, ...question } = read("TRACE_UID", {
    params: { company_id: companyId },
    body: { uid },
  });
  const trace = useQuery(question);
  return (
    <Loaded of={trace} what="the time line" rows={6}>
      {(found) => <Found uid={uid} trace={found} />}
    </Loaded>
  );
}
