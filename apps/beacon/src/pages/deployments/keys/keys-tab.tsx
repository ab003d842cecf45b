import { useState, type ReactNode } from "react";

import { useAct } from "../../../api/queries.ts";
import { Button } from "../../../kit/button.tsx";
import { Ask } from "../../../kit/dialog.tsx";
import { CheckField } from "../../../kit/fields.tsx";
import { formatCount } from "../../../kit/format.ts";
import { HelpLink, Section } from "../../../kit/page.tsx";
import { Note } from "../../../kit/states.tsx";
import { say } from "../../../kit/toasts.tsx";
import { useSideParams, type Side } from "../use-deployment.ts";
import { Credentials, type Words } from "./credentials.tsx";
import { useApiKeys, useWebhookSecrets } from "./kinds.ts";

const KEY_WORDS: Words = {
  title: "API keys",
  lead: "Create sessions, read results, and sign webhooks in X-Signature. Shown whole only after you confirm that it is you; each reading is in the audit log.",
  one: "API key",
  plural: "API keys",
  head: "Key",
  overlap:
    "Both are accepted until the overlap ends. Webhooks carry the old key's signature in X-Signature and the new one's in X-Signature-Next, so nothing is lost whenever your server changes over.",
  leak: "All servers refuse the old key within a second, your own server too until it has the new one. Webhooks it can not verify meanwhile are tried again for more than three days, so nothing is lost.",
  revoke: "Every process refuses it within a second, and it signs no more webhooks.",
};

const SECRET_WORDS: Words = {
  title: "Webhook secrets",
  lead: "The second signature of a webhook, in webhook-signature, which also guards against replay.",
  one: "webhook secret",
  plural: "webhook secrets",
  head: "Secret",
  overlap:
    "During the overlap webhook-signature carries a signature by each of the two, so your receiver may hold either.",
  leak: "Webhooks are signed by the new secret alone from now on. A receiver that checks webhook-signature refuses them until it has it; they are tried again for more than three days.",
  revoke: "Within a second it signs nothing any more. A receiver that only knows this one will refuse webhooks.",
};

/** Everything secret of one side. */
export function KeysTab({ side }: { readonly side: Side }): ReactNode {
  return (
    <>
      <Credentials kind={useApiKeys(side)} words={KEY_WORDS} />
      <Credentials kind={useWebhookSecrets(side)} words={SECRET_WORDS} />
      <TokenKey side={side} />
      <p>
        <HelpLink to="/docs/guides/deployments#keys">Change a key without losing a webhook</HelpLink>
      </p>
    </>
  );
}

function TokenKey({ side }: { readonly side: Side }): ReactNode {
  const [isAsking, setAsking] = useState(false);
  return (
    <Section
      title="Key of links"
      lead="Signs the long links and the applicants' cookies. It never leaves the server, so there is nothing to show."
      actions={
        <Button icon="refresh" onClick={() => setAsking(true)}>
          Make a new key of links
        </Button>
      }
    >
      <p className="soft">
        A planned change touches nobody: links in the field stay valid. Change it too when somebody may have read your
        server&apos;s secrets.
      </p>
      {isAsking && <TokenKeyDialog side={side} onClose={() => setAsking(false)} />}
    </Section>
  );
}

function TokenKeyDialog({ side, onClose }: { readonly side: Side; readonly onClose: () => void }): ReactNode {
  const params = useSideParams(side);
  const act = useAct("ROTATE_TOKEN_KEY");
  const [isLeak, setLeak] = useState(false);
  return (
    <Ask
      title="Make a new key of links"
      verb={isLeak ? "End the old, make a new key" : "Make a new key"}
      isDangerous={isLeak}
      onClose={onClose}
      onYes={async () => {
        const { ended } = await act.mutateAsync({ params, body: { compromised: isLeak } });
        const old = isLeak ? ` ${formatCount(ended, "older key")} ended.` : "";
        say({ tone: "good", text: `New links are signed by a new key.${old}` });
      }}
    >
      <p>New links and cookies are signed by the new key at once.</p>
      <CheckField label="The old one leaked: end it now" checked={isLeak} onChange={(e) => setLeak(e.target.checked)} />
      {isLeak ? (
        <Note tone="warn" title="Applicants will notice">
          <p>
            Long links and pages that are open now end. Short links (/a/…) still work, and asking for the uid again
            gives a fresh link. An applicant in the middle of a game comes back by the short link; what was sent is
            kept.
          </p>
        </Note>
      ) : (
        <p>Links in the field stay valid, because older keys go on verifying.</p>
      )}
    </Ask>
  );
}
