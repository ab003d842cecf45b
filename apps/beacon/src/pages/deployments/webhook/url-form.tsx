import { useBlocker } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { hasCode, type ApiError } from "../../../api/api-error.ts";
import { useAct } from "../../../api/queries.ts";
import { Button } from "../../../kit/button.tsx";
import { Ask } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/fields.tsx";
import { HelpLink, Section } from "../../../kit/page.tsx";
import { FailureNote } from "../../../kit/states.tsx";
import { say } from "../../../kit/toasts.tsx";
import { useSend } from "../../../kit/use-send.ts";
import { LeaveDialog } from "../leave-dialog.tsx";
import { useSideParams, type Side } from "../use-deployment.ts";

interface UrlFormProps {
  readonly side: Side;
  readonly saved: string;
  readonly draft: string | null;
  readonly onDraft: (draft: string | null) => void;
}

export function UrlForm({ side, saved, draft, onDraft }: UrlFormProps): ReactNode {
  const save = useSaveUrl(side, () => onDraft(null));
  const [isRemoving, setRemoving] = useState(false);
  const url = draft ?? saved;
  const isChanged = url !== saved;
  const { isBusy, failure, submit } = useSend(async () => {
    if (url.trim() === "") setRemoving(true);
    else await save(url.trim());
  });
  const refusal = hasCode(failure, "setting_invalid") ? (failure as ApiError).detail : null;
  const blocker = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: () => isChanged,
    disabled: !isChanged,
    withResolver: true,
  });
  return (
    <Section
      title="Webhook URL"
      lead={
        side.kind === "production"
          ? "Results are sent there, signed. Production sends over https only."
          : "Results are sent there, signed. Give Test another address than Production, so that nobody takes one for the other."
      }
      actions={<HelpLink to="/docs/guides/webhooks">Webhooks</HelpLink>}
    >
      <form className="stack" onSubmit={submit} noValidate>
        <TextField
          label="Address of your receiver"
          hint="Setting it switches the webhook on and sends what was held. Empty takes it away."
          placeholder="https://lender.example/hooks/tallystick"
          autoComplete="off"
          spellCheck={false}
          inputMode="url"
          value={url}
          error={refusal}
          onChange={(event) => onDraft(event.target.value)}
        />
        {refusal === null && <FailureNote error={failure} />}
        <div className="actions">
          {isChanged && <Button onClick={() => onDraft(null)}>Undo</Button>}
          <Button type="submit" look="primary" isBusy={isBusy} disabled={!isChanged}>
            Save the address
          </Button>
        </div>
      </form>
      {isRemoving && (
        <Ask
          title="Take the address away?"
          verb="Take it away"
          isDangerous
          onClose={() => setRemoving(false)}
          onYes={async () => save(null)}
        >
          <p>Events are still written down, but nothing is sent until there is an address again.</p>
        </Ask>
      )}
      {blocker.status === "blocked" && (
        <LeaveDialog what="The new address would be lost." onLeave={blocker.proceed} onStay={blocker.reset} />
      )}
    </Section>
  );
}

const TOUCHED = [
  "GET_ENDPOINT",
  "GET_DEPLOYMENT",
  "LIST_SETTING_CHANGES",
  "PREVIEW_COPY",
  "GET_GO_LIVE",
  "LIST_DELIVERIES",
] as const;

function useSaveUrl(side: Side, onDone: () => void): (url: string | null) => Promise<void> {
  const params = useSideParams(side);
  const act = useAct("CHANGE_SETTINGS", TOUCHED);
  return async (url) => {
    await act.mutateAsync({ params, body: { webhook_url: url } });
    onDone();
    say({ tone: "good", text: url === null ? "The address is taken away." : "The address is saved and switched on." });
  };
}
