import { Dialog as Base } from "@base-ui/react/dialog";
import { useRef, useState, type FormEvent, type ReactNode } from "react";

import { Button, IconButton } from "./button.tsx";
import { FailureNote } from "./states.tsx";

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** `drawer`: from the side and over the whole height, for details beside a list. */
  readonly form?: "dialog" | "drawer";
  readonly children: ReactNode;
}

const FIELDS = "input:not([type=hidden], :disabled), select:not(:disabled), textarea:not(:disabled)";

/** Takes the focus, into its first field if it has one, keeps it, and gives it back; Escape closes. */
export function Dialog({ title, isOpen, onClose, form = "dialog", children }: DialogProps): ReactNode {
  const body = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={isOpen} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className={form} initialFocus={() => body.current?.querySelector<HTMLElement>(FIELDS) ?? true}>
          <header className="dialog-head">
            <Base.Title>{title}</Base.Title>
            <Base.Close render={<IconButton icon="close" label="Close" />} />
          </header>
          <div ref={body} className="dialog-body">
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface AskProps {
  readonly title: string;
  /** What will happen, and whether it can be undone. */
  readonly children: ReactNode;
  /** The verb on the button: "Revoke the key", never "OK". */
  readonly verb: string;
  readonly isDangerous?: boolean;
  readonly onClose: () => void;
  /** Resolves when it is done; what it throws is shown and the dialog stays. */
  readonly onYes: () => Promise<unknown>;
}

/** Asks before something that can not be taken back by a click. */
export function Ask({ title, children, verb, isDangerous = false, onClose, onYes }: AskProps): ReactNode {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      await onYes();
      onClose();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        {children}
        <FailureNote error={failure} />
        <div className="actions">
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look={isDangerous ? "danger" : "primary"} isBusy={isBusy}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
