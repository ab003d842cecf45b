import { useState, type ReactNode } from "react";

import { Ask } from "../../kit/dialog.tsx";
import { TextField } from "../../kit/fields.tsx";
import { dayEndOf, dayOf } from "../../kit/days.ts";

interface ExtendDialogProps {
  readonly what: string;
  readonly onClose: () => void;
  readonly onExtend: (validUntil: number) => Promise<unknown>;
}

/** Asks for the new last day. */
export function ExtendDialog({ what, onClose, onExtend }: ExtendDialogProps): ReactNode {
  const [day, setDay] = useState(() => dayOf(Date.now() / 1000 + 30 * 86_400));
  return (
    <Ask
      title={`Extend ${what}`}
      verb="Extend"
      onClose={onClose}
      onYes={async () => {
        const end = dayEndOf(day);
        if (end !== null) await onExtend(end);
      }}
    >
      <TextField
        label="Good until the end of"
        hint="Links that are open or wait for their opening; ended ones stay ended."
        type="date"
        required
        value={day}
        onChange={(event) => setDay(event.target.value)}
      />
    </Ask>
  );
}
