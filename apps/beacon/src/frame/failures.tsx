import { Link, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { hasCode } from "../api/api-error.ts";
import { Empty, Failure } from "../kit/states.tsx";

/** In place of a page that threw. */
export function PageFailure({ error, reset }: { readonly error: unknown; readonly reset: () => void }): ReactNode {
  const router = useRouter();
  return (
    <Failure
      error={error}
      onRetry={() => {
        // Its program may be what did not come: only a new document asks for it again.
        if (hasCode(error, "offline") && navigator.onLine) return location.reload();
        reset();
        void router.invalidate();
      }}
    />
  );
}

export function NotFoundPage(): ReactNode {
  return (
    <Empty title="There is no such page">
      <p>The address may be cut, or of an older version.</p>
      <Link to="/">To the start</Link>
    </Empty>
  );
}
