import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { call } from "../../api/client.ts";
import { read } from "../../api/queries.ts";
import { Button } from "../../kit/button.tsx";
import { Loaded } from "../../kit/states.tsx";
import { FailureNote } from "../../kit/states.tsx";
import { useSend } from "../../kit/use-send.ts";
import { EntryPage } from "./entry-page.tsx";
import { NewPasswordField } from "./own-password.tsx";
import { useMailToken } from "./mail-token.ts";

/** Where the mail of a forgotten password leads. */
export function ResetPage(): ReactNode {
  const token = useMailToken();
  const look = useQuery({ ...read("LOOK_PASSWORD_RESET", { body: { token } }), retry: false });
  return (
    <EntryPage title="Set a new password">
      <Loaded of={look} rows={2}>
        {({ email }) => <ResetForm token={token} email={email} />}
      </Loaded>
      {look.error !== null && <Link to="/password/forgot">Ask for a new link</Link>}
    </EntryPage>
  );
}

function ResetForm({ token, email }: { readonly token: string; readonly email: string }): ReactNode {
  const [password, setPassword] = useState("");
  const { isBusy, failure, submit } = useSend(async () => {
    await call("FINISH_PASSWORD_RESET", { body: { token, password } });
    location.assign("/beacon/sign-in?reset=done");
  });
  return (
    <form className="stack" onSubmit={submit}>
      <p>
        For <strong>{email}</strong>. Every sign-in of this account ends.
      </p>
      <NewPasswordField value={password} onChange={setPassword} />
      <FailureNote error={failure} />
      <Button type="submit" look="primary" isBusy={isBusy}>
        Set it
      </Button>
    </form>
  );
}
