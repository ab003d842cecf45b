import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { useAct } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { useCompanyId } from "../../frame/company.ts";
import { isTurnedAway } from "../../frame/gates.tsx";
import type { Environment } from "../../frame/search.ts";
import { EnvironmentMark } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { Copyable } from "../../kit/copy.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { CheckField, TextField } from "../../kit/fields.tsx";
import { Facts, HelpLink } from "../../kit/page.tsx";
import { FailureNote, Note } from "../../kit/states.tsx";
import { useSend } from "../../kit/use-send.ts";
import { AdviceNote } from "./rename-dialog.tsx";

type Created = AnswerOf<"CREATE_DEPLOYMENT">;

/** Asks for the name, then shows what was made: the only moment in which every secret of both sides stands together. */
export function CreateDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [created, setCreated] = useState<Created | null>(null);
  return created === null ? (
    <NameForm onClose={onClose} onDone={setCreated} />
  ) : (
    <SecretsOnce created={created} onClose={onClose} />
  );
}

function NameForm({
  onClose,
  onDone,
}: {
  readonly onClose: () => void;
  readonly onDone: (created: Created) => void;
}): ReactNode {
  const params = { company_id: useCompanyId() };
  const [name, setName] = useState("");
  const act = useAct("CREATE_DEPLOYMENT", ["LIST_DEPLOYMENTS"]);
  const { isBusy, failure, submit } = useSend(async () => {
    onDone(await act.mutateAsync({ params, body: { name } }));
  });
  return (
    <Dialog title="New deployment" isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Name"
          hint="The product, such as Personal loans or Cards. Not Test or Production: every deployment has both."
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <p className="soft">
          It comes with a Test and a Production side, each with an Integration ID, an API key and a webhook secret. You
          may be asked to confirm that it is you, because the keys are shown.
        </p>
        {!isTurnedAway(failure) && <FailureNote error={failure} />}
        <div className="actions">
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="primary" isBusy={isBusy}>
            Create it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function SecretsOnce({ created, onClose }: { readonly created: Created; readonly onClose: () => void }): ReactNode {
  const companyId = useCompanyId();
  const navigate = useNavigate();
  const [isKept, setKept] = useState(false);
  const [isHasty, setHasty] = useState(false);
  const open = (): void => {
    onClose();
    const params = { companyId, deploymentId: created.deployment_id };
    void navigate({ to: "/c/$companyId/deployments/$deploymentId", params });
  };
  return (
    // A slip of the hand must not close what is shown once.
    <Dialog title={`"${created.name}" is made`} isOpen onClose={() => (isKept ? open() : setHasty(true))}>
      <AdviceNote advice={created.advice} />
      <Note tone="warn" title="Copy what your server needs">
        <p>
          Put keys and secrets where your server keeps its secrets, never into a page, an app or an e-mail. An admin can
          read them again under Keys, and every reading is written to the audit log.
        </p>
      </Note>
      <SideSecrets kind="test" side={created.test} />
      <SideSecrets kind="production" side={created.production} />
      <CheckField
        label="I have put away what I need"
        checked={isKept}
        onChange={(event) => setKept(event.target.checked)}
      />
      {isHasty && !isKept && (
        <p className="field-error" role="alert">
          Copy what you need, then tick the box: here both sides stand together for the only time.
        </p>
      )}
      <div className="actions">
        <HelpLink to="/docs/guides/integrate">How to integrate</HelpLink>
        <Button look="primary" disabled={!isKept} onClick={open}>
          Open the deployment
        </Button>
      </div>
    </Dialog>
  );
}

function SideSecrets(props: { readonly kind: Environment; readonly side: Created[Environment] }): ReactNode {
  const { kind, side } = props;
  return (
    <section className="stack" aria-label={kind === "test" ? "Test" : "Production"}>
      <h3>
        <EnvironmentMark environment={kind} />
      </h3>
      <Facts
        of={[
          ["Integration ID", <Copyable key="id" text={side.integration_id} what={`Integration ID of ${kind}`} />],
          ["API key", <Copyable key="key" text={side.api_key} what={`API key of ${kind}`} />],
          ["Webhook secret", <Copyable key="secret" text={side.webhook_secret} what={`Webhook secret of ${kind}`} />],
        ]}
      />
    </section>
  );
}
