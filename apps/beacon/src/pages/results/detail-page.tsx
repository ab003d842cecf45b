import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function ResultPage(): ReactNode {
  return <Page title="Result">{null}</Page>;
}
