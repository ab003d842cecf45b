import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function DeploymentsPage(): ReactNode {
  return <Page title="Deployment Centre">{null}</Page>;
}
