import type { ReactNode } from "react";

import { SelectField } from "../../../kit/fields.tsx";
import { HelpLink, Section } from "../../../kit/page.tsx";
import { findBattery, hintOf, type GroupProps } from "./hints.ts";
import { ChoiceSetting, ListSetting, TextSetting } from "./setting-fields.tsx";
import style from "./settings.module.css";

export function JourneyGroup({ form, choices }: GroupProps): ReactNode {
  const useCase = choices.use_cases.find(({ key }) => key === form.draft.use_case);
  return (
    <Section
      title="The applicant's journey"
      lead="A journey that has begun keeps its tasks and its time limit. New ones follow what is set here."
      {...(form.draft.use_case === "in_branch_shared_device" && {
        actions: <HelpLink to="/docs/guides/in-branch">In a branch</HelpLink>,
      })}
    >
      <ChoiceSetting
        form={form}
        name="use_case"
        label="Where people play"
        hint={useCase?.meaning}
        choices={choices.use_cases.map(({ key, title }) => ({ value: key, label: title }))}
      />
      <TextSetting
        form={form}
        name="session_hours"
        label="Time limit, hours"
        hint={`${hintOf(choices, "session_hours")} 1 to 10 000.`}
        isNumber
      />
      <Languages form={form} choices={choices} />
      <Tasks form={form} choices={choices} />
      <div className={`columns ${style["pair"] ?? ""}`}>
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
  const chosen = languages.flatMap((code) => choices.languages.find((one) => one.code === code) ?? []);
  const unread = chosen.filter(({ reviewed }) => !reviewed).map(({ english_name: name }) => name);
  return (
    <ListSetting
      form={form}
      name="languages"
      label="Languages offered"
      hint={hintOf(choices, "languages")}
      items={choices.languages.map(({ code, name, english_name: english }) => ({
        value: code,
        label: name === english ? name : `${name} (${english})`,
      }))}
      after={
        <>
          {unread.length > 0 && (
            <p className="hint">
              Not yet read by a native reader: {unread.join(", ")}.{" "}
              <HelpLink to="/docs/guides/languages">Languages</HelpLink>
            </p>
          )}
          {languages.length > 1 && (
            <SelectField
              label="Shown first"
              hint="What an applicant sees when nothing else is asked for."
              value={languages[0] ?? ""}
              choices={chosen.map(({ code, english_name: label }) => ({ value: String(code), label }))}
              onPick={(first) => form.set({ languages: [first, ...languages.filter((code) => code !== first)] })}
            />
          )}
        </>
      }
    />
  );
}

function Tasks({ form, choices }: GroupProps): ReactNode {
  const battery = findBattery({ form, choices });
  const minutes = battery === undefined ? "" : ` This one takes about ${String(battery.planned_minutes)} minutes.`;
  return (
    <>
      <ChoiceSetting
        form={form}
        name="battery"
        label="Set of tasks"
        hint={`${hintOf(choices, "battery")}${minutes}`}
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
          hint="Without a tick a task is left out. A score needs at least one."
          isOff
          items={battery.tasks.map(({ key, title, planned_seconds: seconds }) => ({
            value: key,
            label: title,
            hint: `About ${String(seconds)} s`,
          }))}
        />
      )}
    </>
  );
}
