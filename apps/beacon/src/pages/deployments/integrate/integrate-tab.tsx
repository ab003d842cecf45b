import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useMe } from "../../../api/me.ts";
import { CodeBlock, Copyable } from "../../../kit/copy.tsx";
import { SelectField } from "../../../kit/fields.tsx";
import { Facts, HelpLink, Section } from "../../../kit/page.tsx";
import { Note } from "../../../kit/states.tsx";
import { route, type Side } from "../use-deployment.ts";
import { fillLines, LANGUAGES, linesOf, type SnippetKind, type SnippetLanguage } from "./fill.ts";
import { WhatHappensNext } from "./what-happens-next.tsx";

/** From nothing to a verified webhook, with this side's own address and id in every line. */
export function IntegrateTab({ side }: { readonly side: Side }): ReactNode {
  const { lang, mode = "key" } = route.useSearch();
  const language = LANGUAGES.find(({ value }) => value === lang)?.value ?? "curl";
  return (
    <>
      <Ids side={side} />
      <Section
        title="1. Create a session"
        lead="One POST from your server for each applicant. Calling it again with the same uid is safe: it gives the same session."
        actions={<HelpLink to="/docs/guides/integrate">Integrate</HelpLink>}
      >
        <Choose language={language} mode={mode} />
        <Create side={side} language={language} mode={mode} />
      </Section>
      <Section
        title="2. Verify the webhook"
        lead="The result comes to your webhook URL, signed. Judge the raw bytes before anything parses them."
        actions={<HelpLink to="/docs/guides/webhooks">Webhooks</HelpLink>}
      >
        <Lines side={side} language={language} kind="verify" />
        <p className="soft">
          These lines need the API key and the webhook secret of this side. Once your receiver is up,{" "}
          <Link from={route.id} to="." search={(now) => ({ ...now, tab: "webhook" })}>
            set its address and send it a test event
          </Link>
          .
        </p>
      </Section>
      <WhatHappensNext environment={side.kind} />
    </>
  );
}

function Ids({ side }: { readonly side: Side }): ReactNode {
  const { installation } = useMe();
  return (
    <Section title="What your server needs">
      <Facts
        of={[
          ["Address", <Copyable key="url" text={installation.public_url} what="address" />],
          ["Integration ID", <Copyable key="id" text={side.integration_id} what="Integration ID" />],
          [
            "API key",
            <span key="key">
              <code>{side.api_keys.join(", ")}</code>{" "}
              <Link from={route.id} to="." search={(now) => ({ ...now, tab: "keys" })}>
                Show it under Keys
              </Link>
            </span>,
          ],
        ]}
      />
      <p className="soft">
        The Integration ID names this deployment and this side; it is not secret. The key is: keep it on your server, in
        a variable named <code>TALLYSTICK_API_KEY</code>. The lines below read it from there.
      </p>
    </Section>
  );
}

const MODES = [
  { value: "key", label: "The key in a header (mode A)" },
  { value: "signature", label: "A signature of the body (mode B)" },
] as const;

type Mode = (typeof MODES)[number]["value"];

function Choose({ language, mode }: { readonly language: SnippetLanguage; readonly mode: Mode }): ReactNode {
  const navigate = route.useNavigate();
  return (
    <div className="columns">
      <SelectField
        label="Language"
        choices={LANGUAGES}
        value={language}
        onPick={(lang) => void navigate({ search: (now) => ({ ...now, lang }), replace: true, resetScroll: false })}
      />
      <SelectField
        label="How your server proves who it is"
        choices={MODES}
        value={mode}
        onPick={(next) =>
          void navigate({ search: (now) => ({ ...now, mode: next }), replace: true, resetScroll: false })
        }
      />
    </div>
  );
}

interface LinesProps {
  readonly side: Side;
  readonly language: SnippetLanguage;
}

function Create({ side, language, mode }: LinesProps & { readonly mode: Mode }): ReactNode {
  const isMissing = linesOf(language, mode) === null;
  return (
    <>
      {mode === "signature" && (
        <p className="soft">
          The key never travels: the header <code>X-Signature</code> carries the lower-case hex HMAC-SHA512 of the bytes
          you send, with the API key as its key.
        </p>
      )}
      {isMissing && (
        <Note title="Mode A is shown">
          <p>
            There are no ready lines for mode B in this language. Sign the body as the lines under &quot;Verify the
            webhook&quot; do, and send the result as <code>X-Signature</code> in place of <code>api-key</code>.
          </p>
        </Note>
      )}
      <Lines side={side} language={language} kind={isMissing ? "key" : mode} />
      {side.kind === "test" ? (
        <p className="soft">
          In Test, a uid that begins with <code>SIM-LOWRISK-</code> is played by the sandbox: its result follows within
          a second. Each uid can be scored once, so count on.{" "}
          <HelpLink to="/docs/guides/simulate">All simulated applicants</HelpLink>
        </p>
      ) : (
        <p className="soft">
          <code>APP-4711</code> stands for your own identifier of the application: 5 to 60 letters, digits,
          <code>_</code> and <code>-</code>. Never a name, a phone number or a birth date.
        </p>
      )}
    </>
  );
}

function Lines({ side, language, kind }: LinesProps & { readonly kind: SnippetKind }): ReactNode {
  const { installation } = useMe();
  const lines = linesOf(language, kind);
  if (lines === null) return null;
  const uid = side.kind === "test" ? "SIM-LOWRISK-1" : "APP-4711";
  const place = { url: installation.public_url, integrationId: side.integration_id, uid };
  const label = LANGUAGES.find(({ value }) => value === language)?.label ?? language;
  const what = kind === "verify" ? `Lines that verify a webhook, ${label}` : `Lines that create a session, ${label}`;
  return <CodeBlock text={fillLines(language, lines, place)} what={what} />;
}
