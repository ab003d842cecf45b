import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function HomePage(): ReactNode {
  return <Page title="Home">{null}</Page>;
}
