import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function ResultsPage(): ReactNode {
  return <Page title="Results">{null}</Page>;
}
