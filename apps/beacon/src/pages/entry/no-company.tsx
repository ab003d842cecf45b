import type { ReactNode } from "react";

import { EntryPage } from "./entry-page.tsx";

export function NoCompanyPage(): ReactNode {
  return (
    <EntryPage title="You belong to no company">
      <p>An admin has to invite you. The mail that comes then leads back here.</p>
    </EntryPage>
  );
}
