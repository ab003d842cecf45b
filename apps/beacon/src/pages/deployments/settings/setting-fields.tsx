import type { ReactNode } from "react";

import { CheckField, SelectField, TextArea, TextField, type Choice } from "../../../kit/fields.tsx";
import type { Draft, DraftName } from "./draft.ts";
import { SettingRow } from "./setting-row.tsx";
import style from "./settings.module.css";
import type { SettingsForm } from "./use-settings-form.ts";

/** Fields whose value is a text. */
type TextName = { [Name in DraftName]: string extends Draft[Name] ? Name : never }[DraftName];
type ListName = "languages" | "tasks_off";
/** Fields that take one of a few words. */
type ChoiceName = "use_case" | "traits" | "personal_data_check" | "battery" | "model_version";

interface Props<Name extends DraftName> {
  readonly form: SettingsForm;
  readonly name: Name;
  readonly label: string;
  readonly hint?: ReactNode;
}

export function TextSetting(
  props: Props<TextName> & { readonly isNumber?: boolean; readonly placeholder?: string; readonly lines?: number },
): ReactNode {
  const { form, name, label, hint, isNumber = false, placeholder, lines } = props;
  const shared = {
    label,
    ...(hint !== undefined && { hint }),
    ...(placeholder !== undefined && { placeholder }),
    error: form.problems[name],
    value: form.draft[name],
    autoComplete: "off",
    spellCheck: false,
  };
  return (
    <SettingRow form={form} name={name} title={label}>
      {lines === undefined ? (
        <TextField
          {...shared}
          {...(isNumber && { inputMode: "decimal" as const })}
          onChange={(event) => form.set({ [name]: event.target.value })}
        />
      ) : (
        <TextArea {...shared} rows={lines} onChange={(event) => form.set({ [name]: event.target.value })} />
      )}
    </SettingRow>
  );
}

export function ChoiceSetting(props: Props<ChoiceName> & { readonly choices: readonly Choice[] }): ReactNode {
  const { form, name, label, hint, choices } = props;
  const value = form.draft[name];
  // What was saved once may be offered no more; it must not turn into something else by being shown.
  const known = choices.some((choice) => choice.value === value)
    ? choices
    : [...choices, { value, label: `${value} (not offered any more)` }];
  return (
    <SettingRow form={form} name={name} title={label}>
      <SelectField
        label={label}
        {...(hint !== undefined && { hint })}
        error={form.problems[name]}
        value={value}
        choices={known}
        onPick={(picked) => form.set({ [name]: picked })}
      />
    </SettingRow>
  );
}

interface ListItem {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** Several of a list, as boxes. `isOff`: a ticked box means that the value is not in the setting. */
export function ListSetting(
  props: Props<ListName> & {
    readonly items: readonly ListItem[];
    readonly isOff?: boolean;
    readonly after?: ReactNode;
  },
): ReactNode {
  const { form, name, label, hint, items, isOff = false, after } = props;
  const chosen = form.draft[name];
  const toggle = (value: string): void => {
    const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    form.set({ [name]: next });
  };
  return (
    <SettingRow form={form} name={name} title={label}>
      <fieldset className={style["list"]}>
        <legend>{label}</legend>
        {hint !== undefined && <p className="hint">{hint}</p>}
        <div className={style["boxes"]}>
          {items.map(({ value, label: words, hint: more }) => (
            <CheckField
              key={value}
              label={words}
              {...(more !== undefined && { hint: more })}
              checked={chosen.includes(value) !== isOff}
              onChange={() => toggle(value)}
            />
          ))}
        </div>
        {form.problems[name] !== undefined && (
          <p className="field-error" role="alert">
            {form.problems[name]}
          </p>
        )}
        {after}
      </fieldset>
    </SettingRow>
  );
}

export function SwitchSetting({ form, name, label, hint }: Props<"show_completion_page">): ReactNode {
  return (
    <SettingRow form={form} name={name} title={label}>
      <CheckField
        label={label}
        {...(hint !== undefined && { hint })}
        checked={form.draft[name]}
        onChange={(event) => form.set({ [name]: event.target.checked })}
      />
    </SettingRow>
  );
}
