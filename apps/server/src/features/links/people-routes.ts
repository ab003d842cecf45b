import {
  CHECK_LINK_LIST,
  CREATE_LINKS_AS_PERSON,
  DRAW_LINK_AS_PERSON,
  EXPORT_LINKS_AS_PERSON,
  EXTEND_LINK_AS_PERSON,
  EXTEND_LINKS_AS_PERSON,
  GET_LINK_BATCH_AS_PERSON,
  LIST_LINK_BATCHES_AS_PERSON,
  LIST_LINKS_AS_PERSON,
  PRINT_LINKS_AS_PERSON,
  REISSUE_LINK_AS_PERSON,
  REVOKE_LINK_AS_PERSON,
  REVOKE_LINKS_AS_PERSON,
  WRITE_LINK_MESSAGE_AS_PERSON,
  type LinkBatch,
} from "@tallystick/contract";
import type { FastifyInstance } from "fastify";

import type { Deps } from "../../infra/deps.ts";
import { environmentById, type EnvironmentAccess } from "../deployments/service.ts";
import { memberRoute } from "../users/guard.ts";
import { actorNames } from "../users/service.ts";
import * as answers from "./answers.ts";

/** Links in bulk, for people: as the lender's server has them, with the environment in the address. */
export function registerLinkPeopleRoutes(app: FastifyInstance, deps: Deps): void {
  registerBatchRoutes(app, deps);
  registerSingleRoutes(app, deps);
}

interface InEnvironment {
  readonly companyId: string;
  readonly params: { readonly environment_id: string };
}

/** The call with its environment, which must be the company's. */
async function placed<C extends InEnvironment>(
  deps: Deps,
  call: C,
): Promise<C & { readonly environment: EnvironmentAccess }> {
  return { ...call, environment: await environmentById(deps, call.companyId, call.params.environment_id) };
}

/** People's names are for admins. */
async function withCreators<Batch extends LinkBatch>(
  deps: Deps,
  role: "admin" | "viewer",
  batches: readonly Batch[],
): Promise<readonly (Batch & { readonly created_by_name: string | null })[]> {
  const nameOf =
    role === "admin"
      ? await actorNames(
          deps,
          batches.map((batch) => batch.created_by),
        )
      : () => null;
  return batches.map((batch) => ({ ...batch, created_by_name: nameOf(batch.created_by) }));
}

function registerBatchRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, CREATE_LINKS_AS_PERSON, {
    bodyLimit: answers.MAX_BODY_BYTES,
    handler: async (call) => answers.create(deps, await placed(deps, call)),
  });
  memberRoute(app, deps, CHECK_LINK_LIST, {
    bodyLimit: answers.MAX_BODY_BYTES,
    handler: async (call) => answers.check(deps, await placed(deps, call)),
  });
  memberRoute(app, deps, GET_LINK_BATCH_AS_PERSON, {
    handler: async (call) => {
      const { environment } = await placed(deps, call);
      const batch = await answers.batch(deps, environment, call.params.batch_id);
      return (await withCreators(deps, call.role, [batch]))[0];
    },
  });
  memberRoute(app, deps, LIST_LINK_BATCHES_AS_PERSON, {
    handler: async (call) => {
      const { items, next } = await answers.batches(deps, await placed(deps, call));
      return { items: await withCreators(deps, call.role, items), next };
    },
  });
  memberRoute(app, deps, LIST_LINKS_AS_PERSON, {
    handler: async (call) => answers.links(deps, await placed(deps, call)),
  });
  memberRoute(app, deps, EXPORT_LINKS_AS_PERSON, {
    handler: async (call) => answers.csv(deps, await placed(deps, call)),
  });
  memberRoute(app, deps, PRINT_LINKS_AS_PERSON, {
    handler: async (call) => answers.pdf(deps, await placed(deps, call)),
  });
  memberRoute(app, deps, WRITE_LINK_MESSAGE_AS_PERSON, {
    handler: async (call) => answers.message(deps, await placed(deps, call)),
  });
  memberRoute(app, deps, REVOKE_LINKS_AS_PERSON, {
    handler: async (call) => answers.revokeAll(deps, await placed(deps, call)),
  });
  memberRoute(app, deps, EXTEND_LINKS_AS_PERSON, {
    handler: async (call) => answers.extendAll(deps, await placed(deps, call)),
  });
}

function registerSingleRoutes(app: FastifyInstance, deps: Deps): void {
  memberRoute(app, deps, REVOKE_LINK_AS_PERSON, {
    handler: async (call) => answers.revoke(deps, await placed(deps, call)),
  });
  memberRoute(app, deps, EXTEND_LINK_AS_PERSON, {
    handler: async (call) => answers.extend(deps, await placed(deps, call)),
  });
  memberRoute(app, deps, REISSUE_LINK_AS_PERSON, {
    handler: async (call) => answers.reissue(deps, await placed(deps, call)),
  });
  memberRoute(app, deps, DRAW_LINK_AS_PERSON, {
    handler: async (call) => answers.image(deps, await placed(deps, call)),
  });
}
