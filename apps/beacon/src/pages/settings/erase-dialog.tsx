import { useState, type ReactNode } from "react";

import { useAct } from "../../api/queries.ts";
import { environmentIdOf, useCompanyId, useDeployments } from "../../frame/company.ts";
import { PlacePicker } from "../../frame/place-picker.tsx";
import type { Environment } from "../../frame/search.ts";
import { Ask } from "../../kit/dialog.tsx";
import { CheckField, SelectField, TextField } from "../../kit/fields.tsx";
import { Note } from "../../kit/states.tsx";
import { say } from "../../kit/toasts.tsx";

type By = "uid" | "session_id";

/** Asks whose, where, and once more: what is gone can not be brought back. */
export function EraseDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const companyId = useCompanyId();
  const deployments = useDeployments().data?.items ?? [];
  const [deploymentId, setDeploymentId] = useState<string | null>(null);
  const [environment, setEnvironment] = useState<Environment>("production");
  const [by, setBy] = useState<By>("uid");
  const [text, setText] = useState("");
  const erase = useAct("ERASE_SESSION_AS_PERSON", ["LIST_ERASURES"]);
  const deployment = deployments.find((one) => one.deployment_id === deploymentId) ?? deployments[0];
  const act = async (): Promise<void> => {
    if (deployment === undefined) return;
    const { state } = await erase.mutateAsync({
      params: { company_id: companyId, environment_id: environmentIdOf(deployment, environment) },
      body: { [by]: text.trim() },
    });
    say(
      state === "held"
        ? { tone: "bad", text: "It is out of sight, and goes as soon as the legal hold on it is released." }
        : { tone: "good", text: "It is out of sight. The content goes within a minute." },
    );
  };
  return (
    <Ask title="Erase a person's journey" verb="Erase for ever" isDangerous onClose={onClose} onYes={act}>
      <div className="columns">
        <PlacePicker
          deploymentId={deployment?.deployment_id ?? ""}
          environment={environment}
          onPick={(place) => {
            setDeploymentId(place.deploymentId);
            setEnvironment(place.environment);
          }}
        />
        <Naming by={by} onBy={setBy} text={text} onText={setText} />
      </div>
      <WhatGoes />
      <CheckField label="I know that this can not be undone" required />
    </Ask>
  );
}

function Naming(props: {
  readonly by: By;
  readonly onBy: (by: By) => void;
  readonly text: string;
  readonly onText: (text: string) => void;
}): ReactNode {
  return (
    <>
      <SelectField
        label="Named by"
        value={props.by}
        choices={[
          { value: "uid", label: "Your uid" },
          { value: "session_id", label: "Session id" },
        ]}
        onPick={props.onBy}
      />
      <TextField
        label={props.by === "uid" ? "Uid" : "Session id"}
        autoComplete="off"
        spellCheck={false}
        required
        value={props.text}
        onChange={(event) => props.onText(event.target.value)}
      />
    </>
  );
}

function WhatGoes(): ReactNode {
  return (
    <Note tone="warn" title="This can not be undone">
      <p>
        At once the journey is out of sight, and its links open nothing. An open one is first cancelled, and your server
        is told.
      </p>
      <p>
        Within a minute inputs, results, webhook bodies, metadata and device data are removed. The uid is replaced by a
        keyed hash and stays used up in this environment.
      </p>
      <p>
        What stays: that a session existed, when it began and ended, and its consent. Other environments are not
        touched.
      </p>
    </Note>
  );
}
