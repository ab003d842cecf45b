import type { ReactNode } from "react";

import type { AnswerOf } from "../../../api/types.ts";
import { SelectField } from "../../../kit/fields.tsx";
import { HelpLink, Section } from "../../../kit/page.tsx";
import { ChoiceSetting, ListSetting, SwitchSetting, TextSetting } from "./setting-fields.tsx";
import type { SettingsForm } from "./use-settings-form.ts";

export type Choices = AnswerOf<"LIST_CHOICES">;

export interface GroupProps {
  readonly form: SettingsForm;
  readonly choices: Choices;
}

/** The server's own sentence on a setting: what it is, and why it takes what it takes. */
export function hintOf({ settings }: Choices, name: string): string {
  const words = settings.find((one) => one.name === name);
  return words === undefined ? "" : `${words.meaning}. ${words.why}.`;
}

export function JourneyGroup({ form, choices }: GroupProps): ReactNode {
  const battery = choices.batteries.find(({ version }) => version === form.draft.battery);
  return (
    <Section
      title="The applicant's journey"
      lead="A journey that has begun keeps its tasks and its time limit. New ones follow what is set here."
    >
      <ChoiceSetting
        form={form}
        name="use_case"
        label="Where people play"
        hint={choices.use_cases.find(({ key }) => key === form.draft.use_case)?.meaning}
        choices={choices.use_cases.map(({ key, title }) => ({ value: key, label: title }))}
      />
      <TextSetting
        form={form}
        name="session_hours"
        label="Time limit, hours"
        hint={hintOf(choices, "session_hours")}
        isNumber
      />
      <Languages form={form} choices={choices} />
      <ChoiceSetting
        form={form}
        name="battery"
        label="Set of tasks"
        hint={`${hintOf(choices, "battery")}${battery === undefined ? "" : ` This one takes about ${String(battery.planned_minutes)} minutes.`}`}
        choices={choices.batteries.map(({ version, title, preview }) => ({
          value: version,
          label: `${title} (${version})${preview ? ", for trying out only" : ""}`,
        }))}
      />
      {battery !== undefined && (
        <ListSetting
          form={form}
          name="tasks_off"
          label="Tasks played"
          hint={hintOf(choices, "tasks_off")}
          isOff
          items={battery.tasks.map(({ key, title, planned_seconds: seconds }) => ({
            value: key,
            label: title,
            hint: `About ${String(seconds)} s`,
          }))}
        />
      )}
      <div className="columns">
        <TextSetting
          form={form}
          name="money_symbol"
          label="Sign beside sums"
          hint="Such as KSh or $; empty shows the number alone. At most 6 characters."
        />
        <TextSetting
          form={form}
          name="money_factor"
          label="Factor of sums"
          hint="Sums of the tasks are multiplied by it: 55 units should be about a third of a day's median earnings."
          isNumber
        />
      </div>
    </Section>
  );
}

function Languages({ form, choices }: GroupProps): ReactNode {
  const { languages } = form.draft;
  const nameOf = (code: string): string => choices.languages.find((one) => one.code === code)?.english_name ?? code;
  return (
    <ListSetting
      form={form}
      name="languages"
      label="Languages offered"
      hint={hintOf(choices, "languages")}
      items={choices.languages.map(({ code, name, english_name: english, reviewed }) => ({
        value: code,
        label: name === english ? name : `${name} (${english})`,
        ...(!reviewed && { hint: "Not yet read by a native reader" }),
      }))}
      after={
        languages.length > 1 && (
          <SelectField
            label="Shown first"
            hint="What an applicant sees when nothing else is asked for."
            value={languages[0] ?? ""}
            choices={languages.map((code) => ({ value: code, label: nameOf(code) }))}
            onPick={(first) => form.set({ languages: [first, ...languages.filter((code) => code !== first)] })}
          />
        )
      }
    />
  );
}

export function AddressGroup({ form, choices }: GroupProps): ReactNode {
  const isShared = form.draft.use_case === "in_branch_shared_device";
  return (
    <Section
      title="Addresses"
      lead="Kept to the last character, with query string and custom scheme. A redirect proves nothing: only the signed webhook does."
      actions={
        <HelpLink to={isShared ? "/docs/guides/in-branch" : "/docs/guides/privacy"}>
          {isShared ? "In a branch" : "Privacy"}
        </HelpLink>
      }
    >
      <TextSetting
        form={form}
        name="privacy_policy_url"
        label="Privacy policy"
        hint={hintOf(choices, "privacy_policy_url")}
        placeholder="https://lender.example/privacy"
      />
      <TextSetting
        form={form}
        name="completion_url"
        label="After completion"
        hint={hintOf(choices, "completion_url")}
        placeholder="https://lender.example/done"
      />
      <SwitchSetting
        form={form}
        name="show_completion_page"
        label="Show the completion page first"
        hint="A page with a button, and after 3 s the redirect. Without it people are sent on at once."
      />
      <TextSetting
        form={form}
        name="cancellation_url"
        label="After declining or cancellation"
        hint={hintOf(choices, "cancellation_url")}
        placeholder="https://lender.example/declined"
      />
      <TextSetting
        form={form}
        name="expiry_url"
        label="After expiry"
        hint={hintOf(choices, "expiry_url")}
        placeholder="https://lender.example/too-late"
      />
      <TextSetting
        form={form}
        name="frame_ancestors"
        label="Pages that may frame the journey"
        hint={`${hintOf(choices, "frame_ancestors")} One a line.`}
        placeholder="https://lender.example"
        lines={3}
      />
    </Section>
  );
}

export function ScoringGroup({ form, choices }: GroupProps): ReactNode {
  const fitting = choices.models.filter(({ batteries }) => batteries.includes(form.draft.battery));
  const own = choices.batteries.find(({ version }) => version === form.draft.battery)?.default_model;
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
        hint={hintOf(choices, "model_version")}
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
    </Section>
  );
}

export function RetentionGroup({ form, choices }: GroupProps): ReactNode {
  return (
    <Section
      title="Retention"
      lead={hintOf(choices, "retention")}
      actions={<HelpLink to="/docs/guides/data-protection">Data protection</HelpLink>}
    >
      <div className="columns">
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
