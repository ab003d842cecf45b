import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useCompanyId, useIsAdmin } from "../../frame/company.ts";
import { HelpLink, Page } from "../../kit/page.tsx";
import { ForAdmins } from "../../kit/states.tsx";
import { CompanyName } from "./company-name.tsx";
import { Erasures } from "./erasures.tsx";
import { Holds } from "./holds.tsx";
import { Retention } from "./retention.tsx";
import { TABS, type Tab } from "./search.ts";

const route = getRouteApi("/c/$companyId/settings");

const TITLES: Readonly<Record<Tab, string>> = {
  company: "Company",
  retention: "Retention",
  erasures: "Erasures",
  holds: "Legal holds",
};

/** What counts for all deployments of the company. */
export function SettingsPage(): ReactNode {
  const isAdmin = useIsAdmin();
  const { tab = "company" } = route.useSearch();
  return (
    <Page
      title="Company settings"
      lead={
        <>
          What counts for every deployment. <HelpLink to="/docs/guides/data-protection">Data protection</HelpLink>
        </>
      }
    >
      {isAdmin ? (
        <>
          <Tabs current={tab} />
          <Content tab={tab} />
        </>
      ) : (
        <ForAdmins />
      )}
    </Page>
  );
}

function Tabs({ current }: { readonly current: Tab }): ReactNode {
  const companyId = useCompanyId();
  return (
    <nav className="tabs" aria-label="Parts of the settings">
      {TABS.map((tab) => (
        <Link
          key={tab}
          to="/c/$companyId/settings"
          params={{ companyId }}
          search={{ tab }}
          activeOptions={{ exact: true }}
          aria-current={tab === current ? "page" : undefined}
        >
          {TITLES[tab]}
        </Link>
      ))}
    </nav>
  );
}

function Content({ tab }: { readonly tab: Tab }): ReactNode {
  switch (tab) {
    case "company":
      return <CompanyName />;
    case "retention":
      return <Retention />;
    case "erasures":
      return <Erasures />;
    case "holds":
      return <Holds />;
  }
}
