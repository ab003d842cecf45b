import type { ReactNode } from "react";

import { ApiError, hasCode } from "../api/api-error.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icons.tsx";

/** A grey shape where the content will stand; said once to screen readers. */
export function Loading({
  rows = 4,
  what = "the page",
}: {
  readonly rows?: number;
  readonly what?: string;
}): ReactNode {
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">Loading {what}</span>
      {Array.from({ length: rows }, (_none, row) => (
        // The rows have no identity: they are the same shape so many times.
        // oxlint-disable-next-line react/no-array-index-key -- the same shape so many times
        <div key={row} className="bone" aria-hidden="true" />
      ))}
    </div>
  );
}

/** Nothing is here yet: what would be, and the next step. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactNode {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

type Tone = "note" | "good" | "warn" | "bad";

/** A word that stays: a warning, an explanation, a failure. `isAlert` interrupts a screen reader. */
export function Note({
  tone = "note",
  title,
  isAlert = false,
  children,
}: {
  readonly tone?: Tone;
  readonly title?: string;
  readonly isAlert?: boolean;
  readonly children?: ReactNode;
}): ReactNode {
  const icons = { note: "info", good: "check", warn: "warning", bad: "warning" } as const;
  return (
    <div className={`note ${tone}`} role={isAlert ? "alert" : undefined}>
      <Icon name={icons[tone]} />
      <div>
        {title !== undefined && <p className="note-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}

const TITLES: Partial<Record<string, string>> = {
  offline: "No connection",
  not_found: "Not here",
  role_insufficient: "For admins",
  rate_limited: "Too many calls",
  unavailable: "Not available right now",
  internal_error: "The server failed",
};

/** What a failure means for who reads it: the server's sentence, and the number to find it in the log. */
export function describeFailure(error: unknown): {
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
} {
  if (error instanceof ApiError) {
    return { title: TITLES[error.code] ?? "That did not work", detail: error.detail, requestId: error.requestId };
  }
  const detail = "This page met a fault of its own. Load it anew; if it comes back, tell whoever runs Tallystick.";
  return { title: "That did not work", detail, requestId: null };
}

/** Beside a form or a button: what went wrong, or nothing. */
export function FailureNote({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }): ReactNode {
  if (error === null || error === undefined) return null;
  const { title, detail, requestId } = describeFailure(error);
  return (
    <Note tone="bad" title={title} isAlert>
      <p>{detail}</p>
      {requestId !== null && (
        <p className="soft">
          Request <code>{requestId}</code>
        </p>
      )}
      {onRetry !== undefined && (
        <Button icon="refresh" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Note>
  );
}

/** In place of a page that a viewer has no use for. */
export function ForAdmins(): ReactNode {
  return (
    <Empty title="This page is for admins">
      <p>
        You are a viewer: you read results and dashboards. An admin of your company can change your role under Team.
      </p>
    </Empty>
  );
}

/** In place of a page or a section. Says who may, where it is a matter of the role. */
export function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }): ReactNode {
  if (hasCode(error, "role_insufficient")) return <ForAdmins />;
  if (hasCode(error, "not_found", "session_unknown")) {
    return (
      <Empty title="Nothing is here">
        <p>It was removed, or the address is of another company.</p>
      </Empty>
    );
  }
  return <FailureNote error={error} {...(onRetry !== undefined && { onRetry })} />;
}

interface Reading<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** A query's content, its shape while it loads, or its failure. What was read before stays while it is asked for anew. */
export function Loaded<Data>({
  of: { data, error, refetch },
  what,
  rows,
  children,
}: {
  readonly of: Reading<Data>;
  readonly what?: string;
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}): ReactNode {
  if (data === undefined) {
    if (error !== null && error !== undefined) return <Failure error={error} onRetry={() => void refetch()} />;
    return <Loading {...(rows !== undefined && { rows })} {...(what !== undefined && { what })} />;
  }
  return (
    <>
      {error !== null && error !== undefined && (
        <Note tone="warn" title="This may be old">
          <p>{describeFailure(error).detail}</p>
        </Note>
      )}
      {children(data)}
    </>
  );
}
