import { saveResultView } from "../../../features/results/service.ts";
import { MARKER, type AccessEntries, type Call, type World } from "./world.ts";

let made = 0;

async function ofSession(world: World): Promise<Call> {
  const { sessionId } = await world.session();
  return { params: { environment_id: world.victim.deployment.test.environmentId, session_id: sessionId } };
}

function view(name: string) {
  return { name, filter: { environment: "test" as const }, columns: ["uid" as const] };
}

export const RESULT_ACCESS: AccessEntries = {
  getResult: { call: async (world) => ({ params: { session_id: (await world.session()).sessionId } }) },
  // In every other environment the list and the feed are those of the key, and hold nothing of the victim.
  listResults: { call: async (world) => ({ query: { uid: (await world.session()).uid } }), namesNothing: true },
  listEvents: { call: () => ({}), namesNothing: true },
  // A stranger's own company answers with what it has itself, which is nothing.
  searchResultsAsPerson: { call: () => ({ body: { environment: "test", uid_prefix: MARKER } }), namesNothing: true },
  countResultsAsPerson: { call: () => ({ body: { environment: "test", uid_prefix: MARKER } }), namesNothing: true },
  exportResultsAsPerson: {
    call: () => ({ body: { environment: "test", uid_prefix: MARKER, format: "csv" } }),
    namesNothing: true,
  },
  getResultAsPerson: { call: ofSession },
  retryScoringAsPerson: { call: ofSession, ownerStatus: 409 },
  listResultViews: { call: () => ({}), namesNothing: true },
  saveResultView: { call: () => ({ body: view(`View ${(made += 1)}`) }), namesNothing: true },
  deleteResultView: {
    call: async (world) => {
      const { companyId, viewer } = world.victim;
      const wish = { ...view(`${MARKER} ${(made += 1)}`), replace: false };
      const { view_id: viewId } = await saveResultView(world.lender.deps, { companyId, userId: viewer.userId }, wish);
      return { params: { view_id: viewId } };
    },
  },
};
