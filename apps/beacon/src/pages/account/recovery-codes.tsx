import type { ReactNode } from "react";

import { Button } from "../../kit/button.tsx";
import { CopyButton } from "../../kit/copy.tsx";
import { saveFile } from "../../kit/save-file.ts";
import { Note } from "../../kit/states.tsx";
import styles from "./account.module.css";

/** Shown this once: they stay until the person says that they are kept. */
export function RecoveryCodes({
  codes,
  email,
  onKept,
}: {
  readonly codes: readonly string[];
  readonly email: string;
  readonly onKept: () => void;
}): ReactNode {
  const text = [`Tallystick Beacon: recovery codes of ${email}`, "Each opens once.", "", ...codes, ""].join("\n");
  return (
    <div className={`stack ${styles["kept"] ?? ""}`}>
      <Note tone="warn" title="Keep these recovery codes now" isAlert>
        <p>They are shown this once. Each lets {email} in one time when the phone is not at hand.</p>
      </Note>
      <ol className={styles["codes"]} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className={`row ${styles["unprinted"] ?? ""}`}>
        <CopyButton text={codes.join("\n")} what="Recovery codes" />
        <Button icon="download" onClick={() => saveFile("tallystick-recovery-codes.txt", text, "text/plain")}>
          Download
        </Button>
        <Button icon="print" onClick={() => print()}>
          Print
        </Button>
        <Button look="primary" onClick={onKept}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
