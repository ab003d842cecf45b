import { useState, type ReactNode } from "react";

import { useAct } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { Ask } from "../../kit/dialog.tsx";
import { Icon } from "../../kit/icons.tsx";
import { Menu } from "../../kit/menu.tsx";
import { say } from "../../kit/toasts.tsx";
import { RenameDialog } from "./rename-dialog.tsx";

export interface Named {
  readonly deployment_id: string;
  readonly name: string;
  readonly archived_at: number | null;
}

/** Rename, archive, bring back. */
export function DeploymentMenu({ deployment }: { readonly deployment: Named }): ReactNode {
  const [asking, setAsking] = useState<"rename" | "archive" | "unarchive" | null>(null);
  const close = (): void => setAsking(null);
  const isArchived = deployment.archived_at !== null;
  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" aria-label={`Actions for ${deployment.name}`}>
            Actions
            <Icon name="down" />
          </Button>
        }
        items={[
          { label: "Rename", onPick: () => setAsking("rename") },
          isArchived
            ? { label: "Bring back from the archive", onPick: () => setAsking("unarchive") }
            : { label: "Archive", isDangerous: true, onPick: () => setAsking("archive") },
        ]}
      />
      {asking === "rename" && <RenameDialog deployment={deployment} onClose={close} />}
      {asking === "archive" && <ArchiveDialog deployment={deployment} onClose={close} />}
      {asking === "unarchive" && <UnarchiveDialog deployment={deployment} onClose={close} />}
    </>
  );
}

interface DialogProps {
  readonly deployment: Named;
  readonly onClose: () => void;
}

function ArchiveDialog({ deployment, onClose }: DialogProps): ReactNode {
  const params = { company_id: useCompanyId(), deployment_id: deployment.deployment_id };
  const act = useAct("ARCHIVE_DEPLOYMENT", ["LIST_DEPLOYMENTS", "GET_DEPLOYMENT"]);
  return (
    <Ask
      title={`Archive "${deployment.name}"?`}
      verb="Archive"
      isDangerous
      onClose={onClose}
      onYes={async () => {
        await act.mutateAsync({ params });
        say({ tone: "good", text: `"${deployment.name}" is in the archive.` });
      }}
    >
      <p>Within a second both its Test and its Production side refuse new sessions.</p>
      <p>
        Journeys that are open can be finished, webhooks go on, results stay readable. Nothing is deleted, the name
        stays taken, and you can bring it back with the same ids and keys.
      </p>
    </Ask>
  );
}

function UnarchiveDialog({ deployment, onClose }: DialogProps): ReactNode {
  const params = { company_id: useCompanyId(), deployment_id: deployment.deployment_id };
  const act = useAct("UNARCHIVE_DEPLOYMENT", ["LIST_DEPLOYMENTS", "GET_DEPLOYMENT"]);
  return (
    <Ask
      title={`Bring "${deployment.name}" back?`}
      verb="Bring it back"
      onClose={onClose}
      onYes={async () => {
        await act.mutateAsync({ params });
        say({ tone: "good", text: `"${deployment.name}" is in use again.` });
      }}
    >
      <p>Both sides accept new sessions again, with the same ids and keys.</p>
    </Ask>
  );
}
