import { Link, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { Empty, Failure } from "../kit/states.tsx";

/** In place of a page that threw. */
export function PageFailure({ error, reset }: { readonly error: unknown; readonly reset: () => void }): ReactNode {
  const router = useRouter();
  return (
    <Failure
      error={error}
      onRetry={() => {
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
