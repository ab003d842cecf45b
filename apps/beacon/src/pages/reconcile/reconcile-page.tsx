import type { ReactNode } from "react";

import { useIsAdmin } from "../../frame/company.ts";
import { HelpLink, Page } from "../../kit/page.tsx";
import { ForAdmins } from "../../kit/states.tsx";
import { Reconcile } from "./reconcile.tsx";

/** The lender's own list of uids against what is known here. */
export function ReconcilePage(): ReactNode {
  const isAdmin = useIsAdmin();
  return (
    <Page
      title="Reconcile"
      lead={
        <>
          Do your records and ours agree? Give the uids you hold; every line gets one finding.{" "}
          <HelpLink to="/docs/guides/find-and-reconcile">Find and reconcile</HelpLink>
        </>
      }
    >
      {isAdmin ? <Reconcile /> : <ForAdmins />}
    </Page>
  );
}
