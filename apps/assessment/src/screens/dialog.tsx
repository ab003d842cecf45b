import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** A question above the page. Escape and the first button go back; nothing happens by accident. */
export function Dialog(props: {
  readonly title: string;
  readonly text: string;
  readonly onClose: () => void;
  /** The phone's back button, which browsers give to an open dialog; default: as Escape. */
  readonly onBack?: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  const [escape] = useState(watchEscape);
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby="dialog-title"
      onKeyDown={(event) => {
        escape.note(event.key);
      }}
      onCancel={(event) => {
        event.preventDefault();
        // Both come as `cancel`; only a key is seen before it.
        if (escape.take()) props.onClose();
        else (props.onBack ?? props.onClose)();
      }}
    >
      <h2 id="dialog-title">{props.title}</h2>
      <p>{props.text}</p>
      <div class="actions">{props.children}</div>
    </dialog>
  );
}

/** Whether the key that was pressed last was Escape; asked once. */
function watchEscape(): { readonly note: (key: string) => void; readonly take: () => boolean } {
  let escaped = false;
  return {
    note(key) {
      escaped = key === "Escape";
    },
    take() {
      const was = escaped;
      escaped = false;
      return was;
    },
  };
}
