import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { call, rememberCsrf } from "../../api/client.ts";
import { isWholly, ME } from "../../api/me.ts";
import { read } from "../../api/queries.ts";
import { CodeField, PasswordField } from "../../frame/gates.tsx";
import { Button } from "../../kit/button.tsx";
import { TextField } from "../../kit/fields.tsx";
import { FailureNote, Note } from "../../kit/states.tsx";
import { useSend } from "../../kit/use-send.ts";
import { EntryPage } from "./entry-page.tsx";
import { OwnPassword } from "./own-password.tsx";

const route = getRouteApi("/sign-in");

type Step = "password" | "code" | "own_password";

/** Password, then what the account asks for: the code, a password of one's own. Then on to where one wanted to go. */
export function SignInPage(): ReactNode {
  const { next, reset } = route.useSearch();
  const client = useQueryClient();
  const [step, setStep] = useState<Step | null>(null);
  const [password, setPassword] = useState("");
  // Somebody may come half signed in: after a reload, or from the identity provider.
  const me = useQuery({ ...ME, retry: false });
  const shown =
    step ??
    (me.data?.second_factor_required === true
      ? "code"
      : me.data !== undefined && !isWholly(me.data)
        ? "own_password"
        : "password");
  const goOn = async (done: {
    second_factor_required: boolean;
    password_change_required: boolean;
    csrf_token: string;
  }): Promise<void> => {
    rememberCsrf(done.csrf_token);
    if (done.second_factor_required) return setStep("code");
    if (done.password_change_required) return setStep("own_password");
    await client.resetQueries({ queryKey: ME.queryKey });
    // Whole load: nothing of another person's sign-in stays in memory.
    location.assign(next === undefined ? "/beacon" : `${next}${location.hash}`);
  };
  if (shown === "code") return <CodeStep onDone={goOn} />;
  if (shown === "own_password") {
    return (
      <OwnPassword
        given={password}
        onDone={(csrf_token) => goOn({ csrf_token, second_factor_required: false, password_change_required: false })}
      />
    );
  }
  return (
    <EntryPage title="Sign in">
      {reset !== undefined && <Note tone="good">Your new password is set. Sign in with it.</Note>}
      <PasswordStep password={password} onPassword={setPassword} onDone={goOn} />
      <ProviderButton />
    </EntryPage>
  );
}

interface StepProps {
  readonly onDone: (done: {
    second_factor_required: boolean;
    password_change_required: boolean;
    csrf_token: string;
  }) => Promise<void>;
}

function PasswordStep({
  password,
  onPassword,
  onDone,
}: StepProps & { readonly password: string; readonly onPassword: (text: string) => void }): ReactNode {
  const [email, setEmail] = useState("");
  const { isBusy, failure, submit } = useSend(async () => onDone(await call("SIGN_IN", { body: { email, password } })));
  return (
    <form className="stack" onSubmit={submit}>
      <TextField
        label="E-mail address"
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField value={password} onChange={onPassword} />
      <FailureNote error={failure} />
      <Button type="submit" look="primary" isBusy={isBusy}>
        Sign in
      </Button>
      <Link to="/password/forgot">Forgot the password?</Link>
    </form>
  );
}

function CodeStep({ onDone }: StepProps): ReactNode {
  const [code, setCode] = useState("");
  const { isBusy, failure, submit } = useSend(async () => onDone(await call("GIVE_SECOND_FACTOR", { body: { code } })));
  const leave = async (): Promise<void> => {
    await call("SIGN_OUT", {}).catch(() => undefined);
    location.assign("/beacon/sign-in");
  };
  return (
    <EntryPage title="Second factor">
      <form className="stack" onSubmit={submit}>
        <CodeField value={code} onChange={setCode} />
        <FailureNote error={failure} />
        <Button type="submit" look="primary" isBusy={isBusy}>
          Go on
        </Button>
        <Button look="quiet" onClick={() => void leave()}>
          Sign in as somebody else
        </Button>
      </form>
    </EntryPage>
  );
}

/** Only where the operator has set one up. */
function ProviderButton(): ReactNode {
  const ways = useQuery(read("LIST_SIGN_IN_WAYS", {}));
  const { isBusy, failure, submit } = useSend(async () => {
    location.assign((await call("START_SINGLE_SIGN_ON", { body: {} })).url);
  });
  const provider = ways.data?.oidc;
  if (provider === null || provider === undefined) return null;
  return (
    <form className="stack" onSubmit={submit}>
      <FailureNote error={failure} />
      <Button type="submit" isBusy={isBusy}>
        Sign in with {provider.name}
      </Button>
    </form>
  );
}
