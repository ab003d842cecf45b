import type { ReactNode } from "react";

import { Button } from "../../../kit/button.tsx";
import { Note } from "../../../kit/states.tsx";
import { writeValue } from "../write-value.ts";
import type { DraftName } from "./draft.ts";
import style from "./settings.module.css";
import type { SettingsForm } from "./use-settings-form.ts";

export interface RowProps {
  readonly form: SettingsForm;
  readonly name: DraftName;
  /** As its label says it, for the button that takes the change back. */
  readonly title: string;
  readonly children: ReactNode;
}

/** One field of the form: marked while its change is not saved, with the way back, and with what somebody else chose. */
export function SettingRow({ form, name, title, children }: RowProps): ReactNode {
  const isChanged = form.changed.includes(name);
  return (
    <div className={isChanged ? `${style["row"] ?? ""} ${style["changed"] ?? ""}` : style["row"]}>
      {children}
      {isChanged && (
        <p className={style["mark"]}>
          <span>Changed, not saved</span>
          <Button look="quiet" aria-label={`Undo the change of ${title}`} onClick={() => form.undo([name])}>
            Undo
          </Button>
        </p>
      )}
      {form.conflicts.includes(name) && (
        <Note tone="warn" title="Somebody else changed this meanwhile">
          <p>
            It is now: <strong>{writeValue(form.theirs[name])}</strong>. Undo takes theirs; saving again puts yours in
            its place.
          </p>
        </Note>
      )}
    </div>
  );
}
