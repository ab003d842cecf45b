import type { ReactNode } from "react";

import { HelpLink, Section } from "../../../kit/page.tsx";
import { findBattery, hintOf, type GroupProps } from "./hints.ts";
import { ChoiceSetting, TextSetting } from "./setting-fields.tsx";
import style from "./settings.module.css";

export function ScoringGroup({ form, choices }: GroupProps): ReactNode {
  const fitting = choices.models.filter(({ batteries }) => batteries.includes(form.draft.battery));
  const own = findBattery({ form, choices })?.default_model;
  return (
    <Section
      title="Scoring"
      lead="A lower score is a lower risk, relative to the reference population; never a pass or a fail."
      actions={<HelpLink to="/docs/guides/results">What a result says</HelpLink>}
    >
      <ChoiceSetting
        form={form}
        name="model_version"
        label="Scoring model"
        hint="A model scores the tasks it was made for. A journey keeps the one it was created with."
        choices={[
          { value: "", label: `The tasks' own${own === undefined ? "" : ` (${own})`}` },
          ...fitting.map(({ version, title, calibrated, preview }) => ({
            value: version,
            label: `${title} (${version})${calibrated ? ", calibrated" : ""}${preview ? ", for trying out only" : ""}`,
          })),
        ]}
      />
      <TextSetting
        form={form}
        name="risk_band_cutoffs"
        label="Risk band cut-offs"
        hint={`Scores at which Low, Medium, High and Very high begin. ${hintOf(choices, "risk_band_cutoffs")}`}
        placeholder={choices.risk_band_cutoffs.join(", ")}
      />
      <TraitsAndUids form={form} choices={choices} />
    </Section>
  );
}

function TraitsAndUids({ form, choices }: GroupProps): ReactNode {
  return (
    <>
      <ChoiceSetting
        form={form}
        name="traits"
        label="Traits sent out"
        hint={hintOf(choices, "traits")}
        choices={[
          { value: "scored", label: "Those that enter the score" },
          { value: "all", label: "All that were measured" },
        ]}
      />
      <ChoiceSetting
        form={form}
        name="personal_data_check"
        label="A uid that looks like personal data"
        hint={hintOf(choices, "personal_data_check")}
        choices={[
          { value: "warn", label: "Is accepted with a warning" },
          { value: "strict", label: "Is refused" },
        ]}
      />
    </>
  );
}

export function RetentionGroup({ form }: Pick<GroupProps, "form">): ReactNode {
  return (
    <Section
      title="Retention"
      lead="Days after the end of a session until its data is removed. What was removed can not be scored or explained again."
      actions={<HelpLink to="/docs/guides/data-protection">Data protection</HelpLink>}
    >
      <div className={`columns ${style["pair"] ?? ""}`}>
        <TextSetting
          form={form}
          name="inputs_days"
          label="What the phone sent, days"
          hint="Task by task. A score can be calculated again and explained for so long. From 1 day; empty keeps it for ever."
          isNumber
        />
        <TextSetting
          form={form}
          name="results_days"
          label="Results, days"
          hint="Scores, bodies of events, your metadata, kind of device. From 7 days; empty keeps them for ever."
          isNumber
        />
        <TextSetting
          form={form}
          name="deliveries_days"
          label="Log of deliveries, days"
          hint="Attempts with your server's answers. From 7 days; empty keeps it for ever."
          isNumber
        />
      </div>
    </Section>
  );
}
