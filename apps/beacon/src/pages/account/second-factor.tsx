import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { call } from "../../api/client.ts";
import { ME, useMe } from "../../api/me.ts";
import type { AnswerOf } from "../../api/types.ts";
import { CodeField } from "../../frame/gates.tsx";
import { Badge } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { Ask } from "../../kit/dialog.tsx";
import { formatCount } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { FailureNote, Note } from "../../kit/states.tsx";
import { say } from "../../kit/toasts.tsx";
import { useSend } from "../../kit/use-send.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { SetUp } from "./set-up.tsx";

/** With fewer left than this it is time for new ones. */
const FEW_CODES = 4;

type Wish = "renew" | "disable";

export function SecondFactor(): ReactNode {
  const me = useMe();
  const client = useQueryClient();
  const [begun, setBegun] = useState<AnswerOf<"BEGIN_SECOND_FACTOR"> | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [wish, setWish] = useState<Wish | null>(null);
  const { isBusy, failure, submit } = useSend(async () => setBegun(await call("BEGIN_SECOND_FACTOR", {})));
  const reread = async (): Promise<void> => client.invalidateQueries({ queryKey: ME.queryKey });
  const keep = async (fresh: readonly string[]): Promise<void> => {
    setBegun(null);
    setCodes(fresh);
    await reread();
  };
  return (
    <Section
      title="Second factor"
      lead="A code of an app on your phone, asked for with every sign-in: a stolen password alone opens nothing."
      actions={me.second_factor ? <Badge tone="good">On</Badge> : <Badge tone="warn">Off</Badge>}
    >
      {codes !== null && <RecoveryCodes codes={codes} email={me.email} onKept={() => setCodes(null)} />}
      {codes === null && me.second_factor && <IsOn left={me.recovery_codes_left} onWish={setWish} />}
      {codes === null && !me.second_factor && begun === null && (
        <form className="stack" onSubmit={submit}>
          <p>You need an authenticator app, such as the one of your phone or of your password manager.</p>
          <FailureNote error={failure} />
          <div className="row">
            <Button type="submit" look="primary" isBusy={isBusy}>
              Set it up
            </Button>
          </div>
        </form>
      )}
      {codes === null && begun !== null && <SetUp begun={begun} onLeave={() => setBegun(null)} onDone={keep} />}
      {wish !== null && <WithCode wish={wish} onClose={() => setWish(null)} onCodes={keep} onOff={reread} />}
    </Section>
  );
}

function IsOn({ left, onWish }: { readonly left: number; readonly onWish: (wish: Wish) => void }): ReactNode {
  return (
    <>
      {left < FEW_CODES ? (
        <Note tone="warn" title={`${formatCount(left, "recovery code")} left`}>
          <p>Make new ones now: without your phone and without a code only the operator can let you in.</p>
        </Note>
      ) : (
        <p>{formatCount(left, "recovery code")} left, for the day your phone is not at hand.</p>
      )}
      <div className="row">
        <Button onClick={() => onWish("renew")}>Make new recovery codes</Button>
        <Button look="danger" onClick={() => onWish("disable")}>
          Switch off
        </Button>
      </div>
    </>
  );
}

/** Both take a code, so that nobody at an open screen can do it. */
function WithCode(props: {
  readonly wish: Wish;
  readonly onClose: () => void;
  readonly onCodes: (codes: readonly string[]) => Promise<void>;
  readonly onOff: () => Promise<void>;
}): ReactNode {
  const [code, setCode] = useState("");
  const isOff = props.wish === "disable";
  const act = async (): Promise<void> => {
    if (!isOff) return props.onCodes((await call("RENEW_RECOVERY_CODES", { body: { code } })).recovery_codes);
    await call("DISABLE_SECOND_FACTOR", { body: { code } });
    say({ tone: "good", text: "Your second factor is off, and its recovery codes are gone." });
    await props.onOff();
  };
  return (
    <Ask
      title={isOff ? "Switch the second factor off" : "Make new recovery codes"}
      verb={isOff ? "Switch off" : "Make new codes"}
      isDangerous={isOff}
      onClose={props.onClose}
      onYes={act}
    >
      <p>
        {isOff
          ? "From then on your password alone opens the account. A mail tells you of it."
          : "The earlier codes open nothing any more as soon as there are new ones."}
      </p>
      <CodeField value={code} onChange={setCode} />
    </Ask>
  );
}
