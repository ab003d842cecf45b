import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { call } from "../../api/client.ts";
import { Button } from "../../kit/button.tsx";
import { TextField } from "../../kit/fields.tsx";
import { FailureNote, Note } from "../../kit/states.tsx";
import { useSend } from "../../kit/use-send.ts";
import { EntryPage } from "./entry-page.tsx";

/** The answer is the same whether the address has an account or not. */
export function ForgotPage(): ReactNode {
  const [email, setEmail] = useState("");
  const [isSent, setSent] = useState(false);
  const { isBusy, failure, submit } = useSend(async () => {
    await call("REQUEST_PASSWORD_RESET", { body: { email } });
    setSent(true);
  });
  return (
    <EntryPage title="Forgot the password">
      {isSent ? (
        <Note tone="good" title="Look into your mail" isAlert>
          <p>If {email} has an account here, a link to set a new password is on its way.</p>
          <p>Nothing came? Whoever runs this server finds unsent mails with the command tallystick outbox.</p>
        </Note>
      ) : (
        <form className="stack" onSubmit={submit}>
          <TextField
            label="E-mail address"
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <FailureNote error={failure} />
          <Button type="submit" look="primary" isBusy={isBusy}>
            Send me a link
          </Button>
        </form>
      )}
      <Link to="/sign-in">Back to sign in</Link>
    </EntryPage>
  );
}
