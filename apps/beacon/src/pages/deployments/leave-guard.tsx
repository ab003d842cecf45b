import { useBlocker } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";

interface LeaveGuardProps {
  readonly isDirty: boolean;
  /** What would be lost, in a sentence. */
  readonly what: string;
}

/** Asks before what was typed is lost: by a link here, the way back, or closing the tab. Closing the question stays. */
export function LeaveGuard({ isDirty, what }: LeaveGuardProps): ReactNode {
  const blocker = useBlocker({
    shouldBlockFn: () => isDirty,
    enableBeforeUnload: () => isDirty,
    disabled: !isDirty,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return (
    <Dialog title="Leave without saving?" isOpen onClose={blocker.reset}>
      <p>{what}</p>
      <div className="actions">
        <Button look="danger" onClick={blocker.proceed}>
          Leave and lose it
        </Button>
        <Button look="primary" onClick={blocker.reset}>
          Stay
        </Button>
      </div>
    </Dialog>
  );
}
