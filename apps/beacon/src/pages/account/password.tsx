import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { call, rememberCsrf } from "../../api/client.ts";
import { useMe } from "../../api/me.ts";
import { Button } from "../../kit/button.tsx";
import { TextField } from "../../kit/fields.tsx";
import { formatCount } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { FailureNote } from "../../kit/states.tsx";
import { say } from "../../kit/toasts.tsx";
import { useSend } from "../../kit/use-send.ts";

export function Password(): ReactNode {
  const me = useMe();
  return (
    <Section title="Password">
      {me.has_password ? (
        <PasswordForm email={me.email} />
      ) : (
        <p>You have none here: you sign in with your identity provider, and change your password there.</p>
      )}
    </Section>
  );
}

function PasswordForm({ email }: { readonly email: string }): ReactNode {
  const client = useQueryClient();
  const [present, setPresent] = useState("");
  const [own, setOwn] = useState("");
  const { isBusy, failure, submit } = useSend(async () => {
    const done = await call("CHANGE_PASSWORD", { body: { current_password: present, new_password: own } });
    rememberCsrf(done.csrf_token);
    setPresent("");
    setOwn("");
    const ended = done.ended_sign_ins > 0 ? ` ${formatCount(done.ended_sign_ins, "other sign-in")} ended.` : "";
    say({ tone: "good", text: `Your password is changed.${ended}` });
    await client.invalidateQueries({ queryKey: ["LIST_SIGN_INS"] });
  });
  return (
    <form className="stack" onSubmit={submit}>
      {/* For the browser's password store, which looks for whose password it is. */}
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <TextField
        label="Present password"
        type="password"
        autoComplete="current-password"
        required
        value={present}
        onChange={(event) => setPresent(event.target.value)}
      />
      <TextField
        label="New password"
        hint="At least 12 characters; a few words are easy to keep. Every other sign-in of yours ends."
        type="password"
        autoComplete="new-password"
        minLength={12}
        required
        value={own}
        onChange={(event) => setOwn(event.target.value)}
      />
      <FailureNote error={failure} />
      <div className="actions">
        <Button type="submit" look="primary" isBusy={isBusy}>
          Change the password
        </Button>
      </div>
    </form>
  );
}
