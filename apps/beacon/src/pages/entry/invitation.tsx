import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { call, rememberCsrf } from "../../api/client.ts";
import { ME } from "../../api/me.ts";
import { read } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { PasswordField } from "../../frame/gates.tsx";
import { Button } from "../../kit/button.tsx";
import { TextField } from "../../kit/fields.tsx";
import { FailureNote, Loaded, Note } from "../../kit/states.tsx";
import { Time } from "../../kit/time.tsx";
import { useSend } from "../../kit/use-send.ts";
import { EntryPage } from "./entry-page.tsx";
import { useMailToken } from "./mail-token.ts";
import { NewPasswordField } from "./own-password.tsx";

/** Where the mail of an invitation leads: with a new account, with one that is there, or signed in already. */
export function InvitationPage(): ReactNode {
  const token = useMailToken();
  // Brings the token that proves the page, where somebody is signed in; a visitor's failure is no fault here.
  useQuery({ ...ME, retry: false });
  const look = useQuery({ ...read("LOOK_INVITATION", { body: { token } }), retry: false });
  return (
    <EntryPage title="You are invited">
      {token === "" ? (
        <Note tone="warn">This address is only half a link. Open the link of the mail again.</Note>
      ) : (
        <Loaded of={look} rows={3}>
          {(invitation) => <Invitation token={token} of={invitation} />}
        </Loaded>
      )}
    </EntryPage>
  );
}

function Invitation({
  token,
  of: invitation,
}: {
  readonly token: string;
  readonly of: AnswerOf<"LOOK_INVITATION">;
}): ReactNode {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const isNew = invitation.account === "new";
  const other = invitation.signed_in_as_invited ? null : invitation.signed_in_as;
  const { isBusy, failure, submit } = useSend(async () => {
    const done = await call("ACCEPT_INVITATION", {
      body: {
        token,
        ...(isNew && { name }),
        ...(!invitation.signed_in_as_invited && { password }),
        ...(other !== null && { replace_sign_in: true }),
      },
    });
    rememberCsrf(done.csrf_token);
    location.assign(done.second_factor_required ? "/beacon/sign-in" : `/beacon/c/${done.company_id}`);
  });
  return (
    <form className="stack" onSubmit={submit}>
      <Offer of={invitation} otherEmail={other?.email ?? null} />
      {isNew && (
        <TextField
          label="Your name"
          autoComplete="name"
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      )}
      {isNew && <NewPasswordField value={password} onChange={setPassword} />}
      {!isNew && !invitation.signed_in_as_invited && <PasswordField value={password} onChange={setPassword} />}
      <FailureNote error={failure} />
      <Button type="submit" look="primary" isBusy={isBusy}>
        Accept
      </Button>
    </form>
  );
}

function Offer({
  of: invitation,
  otherEmail,
}: {
  readonly of: AnswerOf<"LOOK_INVITATION">;
  readonly otherEmail: string | null;
}): ReactNode {
  return (
    <>
      <p>
        <strong>{invitation.company_name}</strong> invites <strong>{invitation.email}</strong> as{" "}
        {invitation.role === "admin"
          ? "an admin, who may change everything"
          : "a viewer, who reads results and dashboards"}
        . Valid until <Time at={invitation.expires_at} />.
      </p>
      {otherEmail !== null && (
        <Note tone="warn">{otherEmail} is signed in in this browser and will be signed out when you accept.</Note>
      )}
    </>
  );
}
