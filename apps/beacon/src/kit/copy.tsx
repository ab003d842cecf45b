import { useEffect, useState, type ReactNode } from "react";

import { Button, IconButton } from "./button.tsx";
import { say } from "./toasts.tsx";

interface CopyProps {
  readonly text: string;
  /** What it is, in words: "link of APP-47". */
  readonly what: string;
  /** The drawing alone, where many stand under each other. */
  readonly isSmall?: boolean;
}

/** Copies the text and says so; where the browser refuses, it tells how to copy by hand. */
export function CopyButton({ text, what, isSmall = false }: CopyProps): ReactNode {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setDone(false), 2000);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      say({ tone: "good", text: `${what} copied.` });
    } catch {
      say({ tone: "bad", text: "The browser did not allow copying. Select the text and press Ctrl+C." });
    }
  };
  if (isSmall)
    return <IconButton icon={isDone ? "check" : "copy"} label={`Copy ${what}`} onClick={() => void copy()} />;
  return (
    <Button look="quiet" icon={isDone ? "check" : "copy"} onClick={() => void copy()} aria-label={`Copy ${what}`}>
      {isDone ? "Copied" : "Copy"}
    </Button>
  );
}

/** An id or a URL, whole and selectable, with a button that copies it. */
export function Copyable({ text, what }: { readonly text: string; readonly what: string }): ReactNode {
  return (
    <span className="copyable">
      <code>{text}</code>
      <CopyButton text={text} what={what} isSmall />
    </span>
  );
}

/** Lines of code or of a body, scrollable by keyboard. */
export function CodeBlock({ text, what }: { readonly text: string; readonly what: string }): ReactNode {
  return (
    <div className="code-block">
      {/* A region that scrolls must take the focus, or the keyboard can not scroll it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard must be able to scroll it */}
      <pre tabIndex={0} role="region" aria-label={what}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}
