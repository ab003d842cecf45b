import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function ReconcilePage(): ReactNode {
  return <Page title="Reconcile">{null}</Page>;
}
