import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function DeploymentPage(): ReactNode {
  return <Page title="Deployment">{null}</Page>;
}
