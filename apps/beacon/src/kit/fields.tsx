import { useId, type ComponentProps, type ReactNode } from "react";

interface Frame {
  readonly label: string;
  /** One sentence: what it is for, its unit and range. */
  readonly hint?: ReactNode;
  /** What is wrong with it and how to mend it; undefined or null: nothing. */
  readonly error?: string | null | undefined;
  /** The label is for screen readers only, where its place says what it is. */
  readonly isLabelHidden?: boolean;
}

interface Described {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

/** A control of any kind between its label, its hint and its error. */
export function Field({
  label,
  hint,
  error,
  isLabelHidden = false,
  children,
}: Frame & { readonly children: (described: Described) => ReactNode }): ReactNode {
  const id = useId();
  const parts = [hint === undefined ? null : `${id}-hint`, error ? `${id}-error` : null].filter(
    (part) => part !== null,
  );
  return (
    <div className="field">
      <label htmlFor={id} className={isLabelHidden ? "visually-hidden" : undefined}>
        {label}
      </label>
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({
        id,
        "aria-describedby": parts.length > 0 ? parts.join(" ") : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {error ? (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

function frameOf<Props extends Frame>({ label, hint, error, isLabelHidden, ...rest }: Props) {
  const frame = { label, ...(hint !== undefined && { hint }), error, isLabelHidden: isLabelHidden ?? false };
  return { frame, rest };
}

export function TextField(props: Frame & ComponentProps<"input">): ReactNode {
  const { frame, rest } = frameOf(props);
  return <Field {...frame}>{(described) => <input type="text" {...rest} {...described} className="input" />}</Field>;
}

export function TextArea(props: Frame & ComponentProps<"textarea">): ReactNode {
  const { frame, rest } = frameOf(props);
  return <Field {...frame}>{(described) => <textarea rows={6} {...rest} {...described} className="input" />}</Field>;
}

export interface Choice<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
}

/** The browser's own list: known to every hand, keyboard and screen reader. */
export function SelectField<Value extends string>(
  props: Frame &
    Omit<ComponentProps<"select">, "onChange" | "value"> & {
      readonly value: Value;
      readonly choices: readonly Choice<Value>[];
      readonly onPick: (value: Value) => void;
    },
): ReactNode {
  const { frame, rest } = frameOf(props);
  const { choices, onPick, ...others } = rest;
  return (
    <Field {...frame}>
      {(described) => (
        <select
          {...others}
          {...described}
          className="input"
          onChange={(event) => {
            const chosen = choices.find((choice) => choice.value === event.target.value);
            if (chosen !== undefined) onPick(chosen.value);
          }}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField({
  label,
  hint,
  ...rest
}: Pick<Frame, "label" | "hint"> & ComponentProps<"input">): ReactNode {
  const id = useId();
  return (
    <div className="check-field">
      <input type="checkbox" {...rest} id={id} aria-describedby={hint === undefined ? undefined : `${id}-hint`} />
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
