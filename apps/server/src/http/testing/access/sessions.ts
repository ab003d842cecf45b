import type { AccessEntries, Call, World } from "./world.ts";

const byUid = async (world: World): Promise<Call> => ({ body: { uid: (await world.session()).uid } });
const byId = async (world: World): Promise<Call> => ({ body: { session_id: (await world.session()).sessionId } });

async function inPath(world: World): Promise<Call> {
  const { environmentId } = world.victim.deployment.test;
  return { params: { environment_id: environmentId, session_id: (await world.session()).sessionId } };
}

/** Ended, without anything played. */
export async function cancelled(world: World): Promise<string> {
  const { sessionId } = await world.session();
  await world.lender.deps.db.query(
    `UPDATE sessions SET state = 'cancelled', ended_at = now() WHERE company_id = $1::text AND session_id = $2::text`,
    [world.victim.companyId, sessionId],
  );
  return sessionId;
}

export const SESSION_ACCESS: AccessEntries = {
  sessionStatus: { call: byUid },
  reopenSession: { call: async (world) => ({ body: { session_id: await cancelled(world) } }) },
  cancelSession: { call: byId },
  getSession: { call: inPath },
  reopenSessionAsPerson: {
    call: async (world) => {
      const { environmentId } = world.victim.deployment.test;
      return { params: { environment_id: environmentId, session_id: await cancelled(world) } };
    },
  },
  cancelSessionAsPerson: { call: inPath },
};
