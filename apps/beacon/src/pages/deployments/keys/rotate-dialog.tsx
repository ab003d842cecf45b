import { useState, type ReactNode } from "react";

import { isTurnedAway } from "../../../frame/gates.tsx";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextField } from "../../../kit/fields.tsx";
import { FailureNote, Note } from "../../../kit/states.tsx";
import { useSend } from "../../../kit/use-send.ts";
import type { Words } from "./credentials.tsx";
import type { Kind, Rotated, Rotation } from "./kinds.ts";

/** As the server has it: seven days. */
const MAX_HOURS = 168;

interface RotateDialogProps {
  readonly kind: Kind;
  readonly words: Words;
  readonly onClose: () => void;
  readonly onDone: (rotated: Rotated) => void;
}

/** Two ways that must not be taken for each other: a calm change, and a leak. */
export function RotateDialog({ kind, words, onClose, onDone }: RotateDialogProps): ReactNode {
  const [way, setWay] = useState<"overlap" | "compromised">("overlap");
  const [hours, setHours] = useState("24");
  const [isWrong, setWrong] = useState(false);
  const { isBusy, failure, submit } = useSend(async () => {
    const rotation = rotationOf(way, hours);
    setWrong(rotation === null);
    if (rotation !== null) onDone(await kind.rotate(rotation));
  });
  const isLeak = way === "compromised";
  return (
    <Dialog title={`Make a new ${words.one}`} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <SelectField
          label="Why"
          value={way}
          choices={[
            { value: "overlap", label: "A planned change: both work for a while" },
            { value: "compromised", label: "The old one leaked: it ends at once" },
          ]}
          onPick={setWay}
        />
        {isLeak ? (
          <Note tone="warn" title="The old one ends with this click">
            <p>{words.leak}</p>
          </Note>
        ) : (
          <>
            <TextField
              label="Overlap, hours"
              hint={`How long the old one goes on beside the new. 1 to ${String(MAX_HOURS)} hours.`}
              inputMode="numeric"
              value={hours}
              error={isWrong ? `Takes a whole number of hours from 1 to ${String(MAX_HOURS)}, such as 24.` : null}
              onChange={(event) => setHours(event.target.value)}
            />
            <p className="soft">{words.overlap}</p>
          </>
        )}
        {!isTurnedAway(failure) && <FailureNote error={failure} />}
        <div className="actions">
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look={isLeak ? "danger" : "primary"} isBusy={isBusy}>
            {isLeak ? `End the old, make a new ${words.one}` : `Make a new ${words.one}`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function rotationOf(way: "overlap" | "compromised", hours: string): Rotation | null {
  if (way === "compromised") return { compromised: true };
  const count = Number(hours);
  return Number.isInteger(count) && count >= 1 && count <= MAX_HOURS ? { overlap_hours: count } : null;
}
