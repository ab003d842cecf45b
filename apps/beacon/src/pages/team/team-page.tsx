import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function TeamPage(): ReactNode {
  return <Page title="Team">{null}</Page>;
}
