import { SYSTEM } from "../../../features/audit/service.ts";
import { placeHold, requestErasure } from "../../../features/retention/service.ts";
import type { AccessEntries, Call, World } from "./world.ts";

const byUid = async (world: World): Promise<Call> => ({ body: { uid: (await world.session()).uid } });

async function erasure(world: World): Promise<string> {
  const { companyId, deployment } = world.victim;
  const { sessionId } = await world.session();
  const { environmentId } = deployment.test;
  const name = { sessionId };
  return (await requestErasure(world.lender.deps, { companyId, environmentId, name, actor: SYSTEM })).erasureId;
}

async function hold(world: World): Promise<string> {
  const { companyId } = world.victim;
  const { sessionId } = await world.session();
  const { holdId } = await placeHold(world.lender.deps, { companyId, sessionId, reason: "A case", actor: SYSTEM });
  return holdId;
}

export const RETENTION_ACCESS: AccessEntries = {
  eraseSession: { call: byUid },
  getErasure: { call: async (world) => ({ params: { erasure_id: await erasure(world) } }) },
  eraseSessionAsPerson: {
    call: async (world) => ({
      ...(await byUid(world)),
      params: { environment_id: world.victim.deployment.test.environmentId },
    }),
  },
  listErasures: { call: () => ({}), namesNothing: true },
  placeHold: {
    call: async (world) => ({ body: { session_id: (await world.session()).sessionId, reason: "A case" } }),
  },
  releaseHold: { call: async (world) => ({ params: { hold_id: await hold(world) } }) },
  listHolds: { call: () => ({}), namesNothing: true },
  getCompanyRetention: { call: () => ({}), namesNothing: true },
  setCompanyRetention: { call: () => ({}), namesNothing: true },
};
