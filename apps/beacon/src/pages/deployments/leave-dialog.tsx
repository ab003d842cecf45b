import type { ReactNode } from "react";

import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";

interface LeaveDialogProps {
  readonly what: string;
  readonly onLeave: () => void;
  readonly onStay: () => void;
}

/** Before what was typed is lost; closing it stays. */
export function LeaveDialog({ what, onLeave, onStay }: LeaveDialogProps): ReactNode {
  return (
    <Dialog title="Leave without saving?" isOpen onClose={onStay}>
      <p>{what}</p>
      <div className="actions">
        <Button look="danger" onClick={onLeave}>
          Leave and lose it
        </Button>
        <Button look="primary" onClick={onStay}>
          Stay
        </Button>
      </div>
    </Dialog>
  );
}
