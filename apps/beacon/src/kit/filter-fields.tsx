import { useState, type ReactNode } from "react";

import { TextField } from "./fields.tsx";
import { fromLocalInput, toLocalInput } from "./local-time.ts";

/** Filters hand on what was typed when it is whole: on Enter or on leaving, never letter by letter. */
interface Filter<Value> {
  readonly label: string;
  readonly value: Value | undefined;
  readonly onSet: (value: Value | undefined) => void;
}

export function TextFilter({ label, value = "", onSet, hint }: Filter<string> & { readonly hint?: string }): ReactNode {
  const [draft, setDraft] = useDraft(value);
  const hand = (): void => {
    const text = draft.trim();
    if (text !== value) onSet(text === "" ? undefined : text);
  };
  return (
    <TextField
      label={label}
      {...(hint !== undefined && { hint })}
      value={draft}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={hand}
      onKeyDown={(event) => event.key === "Enter" && hand()}
    />
  );
}

/** Epoch seconds, picked to the minute in the reader's own zone. */
export function MomentFilter({ label, value, onSet }: Filter<number>): ReactNode {
  const shown = toLocalInput(value);
  const [draft, setDraft] = useDraft(shown);
  const hand = (): void => {
    if (draft !== shown) onSet(fromLocalInput(draft));
  };
  return (
    <TextField
      label={label}
      type="datetime-local"
      max="9999-12-31T23:59"
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={hand}
      onKeyDown={(event) => event.key === "Enter" && hand()}
    />
  );
}

/** Begins anew with what the address says whenever that changes, also by the way back. */
function useDraft(value: string) {
  const [draft, setDraft] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setDraft(value);
  }
  return [draft, setDraft] as const;
}
