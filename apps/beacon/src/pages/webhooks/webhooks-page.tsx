import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function WebhooksPage(): ReactNode {
  return <Page title="Webhook log">{null}</Page>;
}
