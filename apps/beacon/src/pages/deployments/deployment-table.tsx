import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { read } from "../../api/queries.ts";
import { useCompanyId, useIsAdmin, type Deployment } from "../../frame/company.ts";
import type { Environment } from "../../frame/search.ts";
import { Badge } from "../../kit/badges.tsx";
import { CopyButton } from "../../kit/copy.tsx";
import { Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { DeploymentMenu } from "./deployment-menu.tsx";
import style from "./deployments.module.css";
import { WebhookMark } from "./webhook-mark.tsx";

const COLUMNS: readonly Column<Deployment>[] = [
  { key: "name", title: "Deployment", cell: (row) => <Name row={row} /> },
  { key: "test", title: "Test", cell: (row) => <Side row={row} kind="test" /> },
  { key: "production", title: "Production", cell: (row) => <Side row={row} kind="production" /> },
  { key: "created", title: "Created", cell: (row) => <Time at={row.created_at} /> },
];
const ACTS: Column<Deployment> = {
  key: "acts",
  title: "Actions",
  cell: (row) => <DeploymentMenu deployment={row} />,
};

export function DeploymentTable({ items }: { readonly items: readonly Deployment[] }): ReactNode {
  const isAdmin = useIsAdmin();
  return (
    <Table
      caption="Deployments"
      columns={isAdmin ? [...COLUMNS, ACTS] : COLUMNS}
      rows={items}
      rowKey={(row) => row.deployment_id}
    />
  );
}

function Name({ row }: { readonly row: Deployment }): ReactNode {
  const companyId = useCompanyId();
  const isAdmin = useIsAdmin();
  const params = { companyId, deploymentId: row.deployment_id };
  return (
    <span className="row">
      {isAdmin ? (
        <Link to="/c/$companyId/deployments/$deploymentId" params={params} className={style["name"]}>
          {row.name}
        </Link>
      ) : (
        <strong>{row.name}</strong>
      )}
      {row.archived_at !== null && <Badge>Archived</Badge>}
    </span>
  );
}

interface SideProps {
  readonly row: Deployment;
  readonly kind: Environment;
}

function Side({ row, kind }: SideProps): ReactNode {
  const isAdmin = useIsAdmin();
  const side = row.environments.find((one) => one.kind === kind);
  if (side === undefined) return null;
  return (
    <div className={style["side"]}>
      <SideWebhook environmentId={side.environment_id} />
      {side.integration_id !== null && (
        <span className={style["id"]}>
          <code>{side.integration_id}</code>
          <CopyButton text={side.integration_id} what={`Integration ID of ${row.name}, ${kind}`} />
        </span>
      )}
      {isAdmin && <KeyHints row={row} kind={kind} />}
    </div>
  );
}

function SideWebhook({ environmentId }: { readonly environmentId: string }): ReactNode {
  const params = { company_id: useCompanyId(), environment_id: environmentId };
  const { data } = useQuery(read("GET_ENDPOINT", { params }));
  if (data === undefined) return <span className="soft">…</span>;
  return (
    <span>
      <WebhookMark state={data.state} isFailing={data.failing_since !== null} />
    </span>
  );
}

function KeyHints({ row, kind }: SideProps): ReactNode {
  const params = { company_id: useCompanyId(), deployment_id: row.deployment_id };
  const { data } = useQuery(read("GET_DEPLOYMENT", { params }));
  const hints = data?.environments.find((one) => one.kind === kind)?.api_keys;
  if (hints === undefined) return null;
  return (
    <span className="soft">
      {hints.length === 1 ? "Key" : "Keys"} {hints.join(", ")}
    </span>
  );
}
