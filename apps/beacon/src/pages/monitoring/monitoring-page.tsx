import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function MonitoringPage(): ReactNode {
  return <Page title="Monitoring">{null}</Page>;
}
