import { useState, type ReactNode } from "react";

import { call } from "../../api/client.ts";
import type { AnswerOf } from "../../api/types.ts";
import { Button } from "../../kit/button.tsx";
import { Copyable } from "../../kit/copy.tsx";
import { TextField } from "../../kit/fields.tsx";
import { FailureNote } from "../../kit/states.tsx";
import { useSend } from "../../kit/use-send.ts";
import styles from "./account.module.css";

type Begun = AnswerOf<"BEGIN_SECOND_FACTOR">;

/** Nothing changes before the first code of the app is right. */
export function SetUp({
  begun,
  onLeave,
  onDone,
}: {
  readonly begun: Begun;
  readonly onLeave: () => void;
  readonly onDone: (codes: readonly string[]) => Promise<void>;
}): ReactNode {
  const [code, setCode] = useState("");
  const { isBusy, failure, submit } = useSend(async () => {
    await onDone((await call("ENABLE_SECOND_FACTOR", { body: { code } })).recovery_codes);
  });
  return (
    <form className={styles["setUp"]} onSubmit={submit}>
      <QrCode of={begun.qr} />
      <div className="stack">
        <p>
          1. Scan the code with your authenticator app. On this device, or without a camera, type the secret instead:
        </p>
        <Copyable text={begun.secret} what="Secret" />
        <p>2. Give the six digits that the app shows now.</p>
        <TextField
          label="Code"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9 ]{6,7}"
          title="Six digits"
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <FailureNote error={failure} />
        <div className="row">
          <Button type="submit" look="primary" isBusy={isBusy}>
            Switch on
          </Button>
          <Button onClick={onLeave}>Not now</Button>
        </div>
      </div>
    </form>
  );
}

/** Dark on white in every colour scheme: apps read nothing else for sure. */
function QrCode({ of: { size, path } }: { readonly of: Begun["qr"] }): ReactNode {
  return (
    <svg
      className={styles["qr"]}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label="QR code of the secret"
    >
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path} />
    </svg>
  );
}
