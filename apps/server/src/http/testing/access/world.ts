import type { LightMyRequestResponse } from "fastify";
import type { Operation } from "@tallystick/contract";

import { SYSTEM } from "../../../features/audit/service.ts";
import { createDeployment, type CreatedDeployment } from "../../../features/deployments/service.ts";
import { newDeployment, postTokens, testLender, UNLIMITED, type TestLender } from "../../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../../testing/people.ts";

/** One company with people and a deployment. Everything of the victim is named so that a leak shows. */
export interface Party {
  readonly companyId: string;
  readonly deployment: CreatedDeployment;
  readonly admin: TestPerson;
  readonly viewer: TestPerson;
}

export interface World {
  readonly lender: TestLender;
  readonly victim: Party;
  readonly stranger: Party;
  /** A second deployment of the victim's company: same people, other environments. */
  readonly sibling: CreatedDeployment;
  /** A new session of the victim's Test environment. */
  session(): Promise<{ readonly sessionId: string; readonly uid: string; readonly code: string }>;
  close(): Promise<void>;
}

/** A request that the owner could make with success, on things made for it. */
export interface Call {
  /** Path parameters beside company_id. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent: the operation's example, or nothing. */
  readonly body?: unknown;
  /** Sent as it is, with this content type. */
  readonly raw?: { readonly type: string; readonly text: string };
}

export interface AccessEntry {
  /** Called anew for each credential, so that one attempt leaves nothing for the next. */
  readonly call: (world: World) => Call | Promise<Call>;
  /** What the owner gets; default any 2xx. */
  readonly ownerStatus?: number;
  /** A person of the victim made for this call, where it would spoil what the others are signed in with. */
  readonly owner?: (world: World) => Promise<TestPerson["headers"]>;
  /** The call names nothing of the victim but the credential itself, so a stranger's succeeds, on the stranger's own. */
  readonly namesNothing?: true;
  /** With `namesNothing`: another key of the same company succeeds too, and leaves its own entry in the audit log. */
  readonly isAudited?: true;
}

export type AccessEntries = Readonly<Record<string, AccessEntry>>;

export const MARKER = "VICTIM";

export async function accessWorld(): Promise<World> {
  const lender = await testLender(UNLIMITED);
  const victim = await party(lender, `${MARKER} Company`);
  const stranger = await party(lender, "Stranger Company");
  const sibling = await createDeployment(lender.deps, {
    companyId: victim.companyId,
    name: `${MARKER} Cards`,
    actor: SYSTEM,
  });
  let made = 0;
  return {
    lender,
    victim,
    stranger,
    sibling,
    close: () => lender.close(),
    session: async () => {
      const uid = `${MARKER}-${String((made += 1)).padStart(5, "0")}`;
      const { apiKey, integrationId } = victim.deployment.test;
      const body = { uid, integration_id: integrationId };
      const answer = await postTokens(lender.app, body, { headers: { "api-key": apiKey } });
      const { session_id: sessionId, link } = answer.json() as { session_id: string; link: string };
      return { sessionId, uid, code: link.slice(link.lastIndexOf("/") + 1) };
    },
  };
}

async function party(lender: TestLender, name: string): Promise<Party> {
  const deployment = await newDeployment(lender, { company: name, name: `${name} Loans` });
  const { companyId } = deployment;
  const [admin, viewer] = await Promise.all([
    signedInMember(lender.deps, { companyId, role: "admin" }),
    signedInMember(lender.deps, { companyId, role: "viewer" }),
  ]);
  // A second admin, so that what protects the last one does not stand in the way.
  await signedInMember(lender.deps, { companyId, role: "admin" });
  return { companyId, deployment, admin, viewer };
}

/** Sends the call as its operation says; `companyId` fills the path's company. */
export async function send(
  world: World,
  operation: Operation,
  request: { readonly companyId: string; readonly call: Call; readonly headers: Readonly<Record<string, string>> },
): Promise<LightMyRequestResponse> {
  const { call } = request;
  const params: Readonly<Record<string, string>> = { company_id: request.companyId, ...call.params };
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? `missing-${name}`);
  const query = call.query === undefined ? "" : `?${new URLSearchParams(call.query).toString()}`;
  const body = call.body ?? (operation.request === undefined ? undefined : operation.request.example);
  const type = call.raw?.type ?? (body === undefined ? undefined : "application/json");
  return world.lender.app.inject({
    method: operation.method.toUpperCase() as "GET",
    url: path + query,
    headers: { ...request.headers, ...(type !== undefined && { "content-type": type }) },
    ...(type !== undefined && { payload: call.raw?.text ?? JSON.stringify(body) }),
  });
}

/** md5 of every row of the victim's company, table by table. What a request is meant to leave behind for the operator
 * (evidence of wrong keys, times of use) is left out. */
export async function footprint(world: World, options: { readonly withAudit?: boolean } = {}): Promise<string> {
  const { db } = world.lender.deps;
  const tables = await db.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'company_id')
        AND c.relname NOT IN ('environment_evidence', 'api_keys', 'audit_unsealed', 'audit_seals', 'dispatch_due')
      ORDER BY c.relname`,
  );
  const hashes: string[] = [];
  for (const { name } of tables) {
    if (name === "audit_entries" && options.withAudit === false) continue;
    const [row] = await db.query<{ hash: string }>(
      `SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS hash FROM ${name} t WHERE company_id = $1::text`,
      [world.victim.companyId],
    );
    hashes.push(`${name}=${row?.hash ?? ""}`);
  }
  return hashes.join("\n");
}
