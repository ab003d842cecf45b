import type { ReactNode } from "react";

import { CopySettings } from "./copy-settings.tsx";
import { GoLiveCheck } from "./go-live-check.tsx";

/** The way from Test to Production: first the settings, then what still stands between them and real applicants. */
export function GoLiveTab(): ReactNode {
  return (
    <>
      <CopySettings />
      <GoLiveCheck />
    </>
  );
}
