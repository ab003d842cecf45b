import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useCompanyId, useIsAdmin } from "../../frame/company.ts";
import { HelpLink, Page } from "../../kit/page.tsx";
import { ForAdmins } from "../../kit/states.tsx";
import { Invitations } from "./invitations.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { Members } from "./members.tsx";

const route = getRouteApi("/c/$companyId/team");

/** Who may sign in to the company, and who was asked to join. */
export function TeamPage(): ReactNode {
  const isAdmin = useIsAdmin();
  const companyId = useCompanyId();
  const { invite } = route.useSearch();
  const navigate = route.useNavigate();
  if (!isAdmin) {
    return (
      <Page title="Team">
        <ForAdmins />
      </Page>
    );
  }
  return (
    <Page
      title="Team"
      lead={
        <>
          Viewers read results and dashboards; admins also change settings, keys, links and people.{" "}
          <HelpLink to="/docs/guides/team">People and teams</HelpLink>
        </>
      }
      actions={
        <Link to="/c/$companyId/team" params={{ companyId }} search={{ invite: "yes" }} className="button primary">
          Invite a teammate
        </Link>
      }
    >
      <Members />
      <Invitations />
      {invite === "yes" && <InviteDialog onClose={() => void navigate({ search: {}, replace: true })} />}
    </Page>
  );
}
