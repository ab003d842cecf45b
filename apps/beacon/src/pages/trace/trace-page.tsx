import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function TracePage(): ReactNode {
  return <Page title="Trace a uid">{null}</Page>;
}
