import { useState, type ReactNode } from "react";

import { call } from "../../api/client.ts";
import { Button } from "../../kit/button.tsx";
import { TextField } from "../../kit/fields.tsx";
import { FailureNote, Note } from "../../kit/states.tsx";
import { useSend } from "../../kit/use-send.ts";
import { EntryPage } from "./entry-page.tsx";

/** For who came with a password that somebody else made. `given`: as just typed; empty after a reload. */
export function OwnPassword({
  given,
  onDone,
}: {
  readonly given: string;
  readonly onDone: (csrfToken: string) => Promise<void>;
}): ReactNode {
  const [current, setCurrent] = useState(given);
  const [own, setOwn] = useState("");
  const { isBusy, failure, submit } = useSend(async () => {
    const done = await call("CHANGE_PASSWORD", { body: { current_password: current, new_password: own } });
    await onDone(done.csrf_token);
  });
  return (
    <EntryPage title="Set a password of your own">
      <form className="stack" onSubmit={submit}>
        <Note>The one you came with was made by somebody else and works only once.</Note>
        {given === "" && (
          <TextField
            label="The password you came with"
            type="password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
        )}
        <NewPasswordField value={own} onChange={setOwn} />
        <FailureNote error={failure} />
        <Button type="submit" look="primary" isBusy={isBusy}>
          Set it and go on
        </Button>
      </form>
    </EntryPage>
  );
}

export function NewPasswordField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  return (
    <TextField
      label="New password"
      hint="At least 12 characters; a few words are easy to keep. Common passwords are refused."
      type="password"
      autoComplete="new-password"
      minLength={12}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
