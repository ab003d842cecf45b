import type { ReactNode } from "react";

import { Page } from "../../kit/page.tsx";

export function LinksPage(): ReactNode {
  return <Page title="Link Generator">{null}</Page>;
}
