import { createLinksSchema } from "@tallystick/contract";

import { SYSTEM } from "../../../features/audit/service.ts";
import { environmentById } from "../../../features/deployments/service.ts";
import { createBatch, listLinks } from "../../../features/links/service.ts";
import { settleJobs } from "../../../features/links/jobs.ts";
import { MARKER, type AccessEntries, type Call, type World } from "./world.ts";

let made = 0;

/** A batch of two links in the victim's Test environment, ready. */
async function fresh({ lender: { deps }, victim }: World) {
  const { companyId, deployment } = victim;
  const environment = await environmentById(deps, companyId, deployment.test.environmentId);
  const items = [1, 2].map(() => ({ uid: `${MARKER}-LINK-${(made += 1)}` }));
  const wish = createLinksSchema.parse({ name: `${MARKER} batch`, items });
  const { batch, done } = await createBatch(deps, { environment, wish, actor: SYSTEM });
  await done;
  const { items: links } = await listLinks(deps, environment, { batchId: batch.batchId, limit: 2 });
  return {
    environment_id: environment.environmentId,
    batch_id: batch.batchId,
    session_id: links[0]?.session_id ?? "",
  };
}

const inMonth = (): number => Math.floor(Date.now() / 1000) + 30 * 86_400;

const ofBatch = async (world: World): Promise<Call> => {
  const { environment_id, batch_id } = await fresh(world);
  return { params: { environment_id, batch_id } };
};
const ofLink = async (world: World): Promise<Call> => {
  const { environment_id, session_id } = await fresh(world);
  return { params: { environment_id, session_id } };
};
const inEnvironment = (world: World): Call => ({
  params: { environment_id: world.victim.deployment.test.environmentId },
});
const untilNextMonth = (of: (world: World) => Promise<Call>) => async (world: World) => ({
  ...(await of(world)),
  body: { valid_until: inMonth() },
});
/** What a call before began goes on behind its answer; it must not be taken for this call's doing. */
const settled =
  (of: (world: World) => Call) =>
  async (world: World): Promise<Call> => {
    await settleJobs(world.lender.deps);
    return of(world);
  };
const oneLink = () => ({ name: `Batch ${(made += 1)}`, count: 1 });

const BOTH = {
  getLinkBatch: { call: ofBatch },
  listLinks: { call: ofBatch },
  exportLinks: { call: ofBatch },
  printLinks: { call: ofBatch },
  writeLinkMessage: { call: ofBatch },
  revokeLinks: { call: ofBatch },
  extendLinks: { call: untilNextMonth(ofBatch) },
  revokeLink: { call: ofLink },
  extendLink: { call: untilNextMonth(ofLink) },
  reissueLink: { call: ofLink },
  drawLink: { call: ofLink },
} as const satisfies AccessEntries;

export const LINK_ACCESS: AccessEntries = {
  ...BOTH,
  createLinks: {
    call: ({ victim }) => ({ body: { ...oneLink(), integration_id: victim.deployment.test.integrationId } }),
  },
  listLinkBatches: { call: settled(() => ({})), namesNothing: true },
  ...Object.fromEntries(Object.entries(BOTH).map(([id, entry]) => [`${id}AsPerson`, entry])),
  checkLinkList: { call: settled(inEnvironment) },
  createLinksAsPerson: { call: (world) => ({ ...inEnvironment(world), body: oneLink() }) },
  listLinkBatchesAsPerson: { call: settled(inEnvironment) },
};
