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
import { LeaveGuard } from "../leave-guard.tsx";
import { useSideParams, type Side } from "../use-deployment.ts";

const LEADS = {
  test: "Results are sent there, signed. Give Test another address than Production, so that nobody takes one for the other.",
  production: "Results are sent there, signed. Production sends over https only.",
} as const;

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
  return (
    <Section
      title="Webhook URL"
      lead={LEADS[side.kind]}
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
      {isRemoving && <RemoveDialog onClose={() => setRemoving(false)} onYes={async () => save(null)} />}
      <LeaveGuard isDirty={isChanged} what="The new address would be lost." />
    </Section>
  );
}

function RemoveDialog(props: { readonly onClose: () => void; readonly onYes: () => Promise<void> }): ReactNode {
  return (
    <Ask title="Take the address away?" verb="Take it away" isDangerous {...props}>
      <p>Events are still written down, but nothing is sent until there is an address again.</p>
    </Ask>
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
