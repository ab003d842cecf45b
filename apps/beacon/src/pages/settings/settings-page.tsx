import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function SettingsPage(): ReactNode {
  return <Page title="Company settings">{null}</Page>;
}
