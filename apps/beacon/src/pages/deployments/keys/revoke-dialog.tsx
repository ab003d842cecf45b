import type { ReactNode } from "react";

import { Ask } from "../../../kit/dialog.tsx";
import { Time } from "../../../kit/time.tsx";
import { say } from "../../../kit/toasts.tsx";
import type { Words } from "./credentials.tsx";
import type { Credential, Kind } from "./kinds.ts";

interface RevokeDialogProps {
  readonly kind: Kind;
  readonly words: Words;
  readonly credential: Credential;
  readonly onClose: () => void;
}

export function RevokeDialog({ kind, words, credential, onClose }: RevokeDialogProps): ReactNode {
  const { hint, status, lastUsedAt } = credential;
  return (
    <Ask
      title={`Revoke ${hint}?`}
      verb={`Revoke the ${words.one}`}
      isDangerous
      onClose={onClose}
      onYes={async () => {
        await kind.revoke(credential.id);
        say({ tone: "good", text: `${hint} is revoked.` });
      }}
    >
      <p>{words.revoke}</p>
      <p>
        {status === "next"
          ? "This is the new one: revoking it takes the rotation back, and the old one stays without an end."
          : "This is the old one: revoking it ends the overlap, and the new one is then the only one."}
      </p>
      {lastUsedAt !== undefined && lastUsedAt !== null && (
        <p>
          It was last used <Time at={lastUsedAt} isAgo />. Whatever still uses it will be refused.
        </p>
      )}
      <p>It can not be brought back.</p>
    </Ask>
  );
}
