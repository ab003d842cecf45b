import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { read } from "../../api/queries.ts";
import { useCompanyId, useIsAdmin, type Deployment } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { HelpLink, Page } from "../../kit/page.tsx";
import { Empty, Loaded, Note } from "../../kit/states.tsx";
import { CreateDialog } from "./create-dialog.tsx";
import { DeploymentTable } from "./deployment-table.tsx";

const route = getRouteApi("/c/$companyId/deployments");

/** A company has a handful; each row asks for its own details, so a long list is shown piece by piece. */
const STEP = 25;

export function DeploymentsPage(): ReactNode {
  const companyId = useCompanyId();
  const isAdmin = useIsAdmin();
  const { archived = "no" } = route.useSearch();
  const [isCreating, setCreating] = useState(false);
  const list = useQuery(read("LIST_DEPLOYMENTS", { params: { company_id: companyId }, query: { archived } }));
  const create = (
    <Button look="primary" icon="plus" onClick={() => setCreating(true)}>
      New deployment
    </Button>
  );
  return (
    <Page
      title="Deployment Centre"
      lead="A deployment is one product of yours. Its Test and Production sides are fully separate."
      {...(isAdmin && { actions: create })}
    >
      {!isAdmin && (
        <Note title="You see this as a viewer">
          <p>
            You see which deployments there are and how their webhooks stand. Integration IDs, keys and settings are
            shown to admins only; an admin of your company can change your role under Team.
          </p>
        </Note>
      )}
      <ArchiveTabs />
      <Loaded of={list} what="deployments">
        {({ items }) =>
          items.length > 0 ? (
            <Rows key={archived} items={items} />
          ) : (
            <Nothing isArchive={archived === "yes"} {...(isAdmin && { create })} />
          )
        }
      </Loaded>
      {isCreating && <CreateDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function Rows({ items }: { readonly items: readonly Deployment[] }): ReactNode {
  const [count, setCount] = useState(STEP);
  return (
    <>
      <DeploymentTable items={items.slice(0, count)} />
      {count < items.length && (
        <div className="more">
          <Button onClick={() => setCount(count + STEP)}>
            Show more ({count} of {items.length})
          </Button>
        </div>
      )}
    </>
  );
}

const ARCHIVE_TABS = [
  [undefined, "In use"],
  ["yes", "Archived"],
  ["all", "All"],
] as const;

function ArchiveTabs(): ReactNode {
  const companyId = useCompanyId();
  return (
    <nav className="tabs" aria-label="Which deployments">
      {ARCHIVE_TABS.map(([value, title]) => (
        <Link
          key={title}
          to="/c/$companyId/deployments"
          params={{ companyId }}
          search={{ archived: value }}
          activeOptions={{ explicitUndefined: true }}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}

function Nothing({ isArchive, create }: { readonly isArchive: boolean; readonly create?: ReactNode }): ReactNode {
  if (isArchive) {
    return (
      <Empty title="The archive is empty">
        <p>An archived deployment takes no new sessions; its results stay readable, and it can be brought back.</p>
      </Empty>
    );
  }
  return (
    <Empty title="No deployment yet">
      <p>
        Make one for the first product you score, such as &quot;Personal loans&quot;. It comes with both sides, their
        Integration IDs and keys.
      </p>
      {create ?? <p>An admin of your company makes the first one.</p>}
      <HelpLink to="/docs/guides/deployments">About deployments</HelpLink>
    </Empty>
  );
}
