import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function BatchPage(): ReactNode {
  return <Page title="Links">{null}</Page>;
}
