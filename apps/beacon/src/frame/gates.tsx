import { useQueryClient } from "@tanstack/react-query";
import { useState, useSyncExternalStore, type ReactNode } from "react";

import { ApiError } from "../api/api-error.ts";
import { call, rememberCsrf } from "../api/client.ts";
import { gateReason, settleGate, watchGate } from "../api/gate.ts";
import { ME, useMe } from "../api/me.ts";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { TextField } from "../kit/fields.tsx";
import { FailureNote, Note } from "../kit/states.tsx";
import { useSend } from "../kit/use-send.ts";

/** Over the page, which keeps what was typed: the sign-in ran out, or a secret is about to be shown. */
export function Gates(): ReactNode {
  const reason = useSyncExternalStore(watchGate, gateReason);
  if (reason === "sign_in") return <SignInAgain />;
  if (reason === "confirm") return <ConfirmYourself />;
  return null;
}

function SignInAgain(): ReactNode {
  const me = useMe();
  const client = useQueryClient();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const { isBusy, failure, submit } = useSend(async () => {
    const done = needsCode
      ? await call("GIVE_SECOND_FACTOR", { body: { code } })
      : await call("SIGN_IN", { body: { email: me.email, password } });
    rememberCsrf(done.csrf_token);
    if (done.second_factor_required) {
      setNeedsCode(true);
      return;
    }
    await client.invalidateQueries({ queryKey: ME.queryKey });
    settleGate("sign_in", true);
  });
  const close = (): void => {
    settleGate("sign_in", false);
    location.assign(`/beacon/sign-in?next=${encodeURIComponent(location.pathname + location.search)}${location.hash}`);
  };
  return (
    <Dialog title="Sign in again" isOpen onClose={close}>
      <form className="stack" onSubmit={submit}>
        <Note>Your sign-in ended. What you typed into the page is still there; it goes on where you were.</Note>
        <p>
          Signed in as <strong>{me.email}</strong>
        </p>
        {needsCode ? (
          <CodeField value={code} onChange={setCode} />
        ) : (
          <PasswordField value={password} onChange={setPassword} />
        )}
        <FailureNote error={failure} />
        <div className="actions">
          <Button onClick={close}>Leave this page</Button>
          <Button type="submit" look="primary" isBusy={isBusy}>
            Sign in
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function ConfirmYourself(): ReactNode {
  const me = useMe();
  const [proof, setProof] = useState("");
  const { isBusy, failure, submit } = useSend(async () => {
    const body = me.has_password ? { password: proof } : { code: proof };
    rememberCsrf((await call("CONFIRM", { body })).csrf_token);
    settleGate("confirm", true);
  });
  const byProvider = async (): Promise<void> => {
    const { url } = await call("START_SINGLE_SIGN_ON", { body: { confirm: true } });
    location.assign(url);
  };
  const needsProvider = !me.has_password && !me.second_factor;
  return (
    <Dialog title="Confirm that it is you" isOpen onClose={() => settleGate("confirm", false)}>
      <form className="stack" onSubmit={submit}>
        <p>This shows or changes something secret. The confirmation holds for 15 minutes.</p>
        {needsProvider ? (
          <Button look="primary" onClick={() => void byProvider()}>
            Confirm at your identity provider
          </Button>
        ) : me.has_password ? (
          <PasswordField value={proof} onChange={setProof} />
        ) : (
          <CodeField value={proof} onChange={setProof} />
        )}
        <FailureNote error={failure} />
        <div className="actions">
          <Button onClick={() => settleGate("confirm", false)}>Not now</Button>
          {!needsProvider && (
            <Button type="submit" look="primary" isBusy={isBusy}>
              Confirm
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

interface ProofProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function PasswordField({ value, onChange }: ProofProps): ReactNode {
  return (
    <TextField
      label="Password"
      type="password"
      autoComplete="current-password"
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

export function CodeField({ value, onChange }: ProofProps): ReactNode {
  return (
    <TextField
      label="Code"
      hint="The six digits of your authenticator app, or one of your recovery codes."
      autoComplete="one-time-code"
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** Turning away from a gate is no fault to be shown. */
export function isTurnedAway(error: unknown): boolean {
  return error instanceof ApiError && (error.code === "sign_in_required" || error.code === "reauthentication_required");
}
