import { OPERATIONS, type Operation } from "@tallystick/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { AUDIT_ACCESS } from "./testing/access/audit.ts";
import { DELIVERY_ACCESS } from "./testing/access/deliveries.ts";
import { DEPLOYMENT_ACCESS } from "./testing/access/deployments.ts";
import { GOLIVE_ACCESS } from "./testing/access/golive.ts";
import { LINK_ACCESS } from "./testing/access/links.ts";
import { PEOPLE_ACCESS } from "./testing/access/people.ts";
import { PLAYBACK_ACCESS } from "./testing/access/playback.ts";
import { RECONCILE_ACCESS } from "./testing/access/reconcile.ts";
import { RESULT_ACCESS } from "./testing/access/results.ts";
import { RETENTION_ACCESS } from "./testing/access/retention.ts";
import { SESSION_ACCESS } from "./testing/access/sessions.ts";
import { TEAM_ACCESS } from "./testing/access/team.ts";
import { MONITORING_ACCESS } from "./testing/access/monitoring.ts";
import { TRACE_ACCESS } from "./testing/access/trace.ts";
import { accessWorld, footprint, MARKER, send, type AccessEntry, type World } from "./testing/access/world.ts";

/**
 * Every address that needs a credential is tried with every credential that must not open it. Together with
 * routes.db.test.ts (no route without an operation) a new route without an entry here fails.
 */
const ENTRIES: Readonly<Record<string, AccessEntry>> = {
  ...PEOPLE_ACCESS,
  ...TEAM_ACCESS,
  ...AUDIT_ACCESS,
  ...RETENTION_ACCESS,
  ...DEPLOYMENT_ACCESS,
  ...SESSION_ACCESS,
  ...RESULT_ACCESS,
  ...LINK_ACCESS,
  ...MONITORING_ACCESS,
  ...TRACE_ACCESS,
  ...RECONCILE_ACCESS,
  ...GOLIVE_ACCESS,
  ...DELIVERY_ACCESS,
  ...PLAYBACK_ACCESS,
};

/** Tried in cross-tenant, create-refusals and test-call .db.test.ts, in ways of their own. */
const ELSEWHERE = new Set(["createSession", "testWebhook", "sampleWebhook"]);

const guarded = OPERATIONS.filter(({ id, auth }) => ["person", "api_key"].includes(auth) && !ELSEWHERE.has(id));

let world: World;
beforeAll(async () => {
  world = await accessWorld();
});
afterAll(() => world.close());

test("every guarded operation has an entry, and every entry an operation", () => {
  expect(Object.keys(ENTRIES).toSorted()).toEqual(guarded.map(({ id }) => id).toSorted());
});

test("every address of people is below /beacon/api, every other guarded one below /v1", () => {
  const odd = guarded.filter(({ path, auth }) => !path.startsWith(auth === "person" ? "/beacon/api/" : "/v1/"));
  expect(odd.map(({ path }) => path)).toEqual([]);
});

type Attempt = readonly [
  whose: string,
  options: { readonly companyId: string; readonly headers: Readonly<Record<string, string>> },
  allowed: readonly number[],
];

/** Who must not get in, and what they are answered. */
function intruders(operation: Operation): readonly Attempt[] {
  const { victim, stranger } = world;
  if (operation.auth === "api_key") {
    const companyId = victim.companyId;
    return [
      ["nobody", { companyId, headers: {} }, [401]],
      ["a made-up key", { companyId, headers: { "api-key": `ts_test_${"x".repeat(43)}` } }, [401]],
      ["another company's key", { companyId, headers: keyOf(stranger.deployment.test.apiKey) }, REFUSED],
      ["the key of Production", { companyId, headers: keyOf(victim.deployment.production.apiKey) }, REFUSED],
      ["the key of another deployment", { companyId, headers: keyOf(world.sibling.test.apiKey) }, REFUSED],
    ];
  }
  const attempts: Attempt[] = [["nobody", { companyId: victim.companyId, headers: {} }, [401]]];
  if (operation.method !== "get") {
    const { cookie } = victim.admin.headers;
    attempts.push(["an admin without the page's token", { companyId: victim.companyId, headers: { cookie } }, [403]]);
    const origin = "https://elsewhere.example";
    const headers = { ...victim.admin.headers, origin };
    attempts.push(["an admin's browser on another site", { companyId: victim.companyId, headers }, [403]]);
  }
  if (operation.role === "signed_in") return attempts;
  const foreign = { ...stranger.admin.headers };
  attempts.push(["another company's admin", { companyId: victim.companyId, headers: foreign }, [404]]);
  attempts.push([
    "another company's admin, in their own",
    { companyId: stranger.companyId, headers: foreign },
    REFUSED,
  ]);
  if (operation.role === "admin") {
    attempts.push(["a viewer", { companyId: victim.companyId, headers: { ...victim.viewer.headers } }, [403]]);
  }
  return attempts;
}

const REFUSED = [403, 404, 409, 422];

function keyOf(key: string): Readonly<Record<string, string>> {
  return { "api-key": key };
}

describe.each(guarded.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  "%s",
  (_name, operation) => {
    test("opens to nobody else, changes nothing and shows nothing", async () => {
      const entry = ENTRIES[operation.id];
      if (entry === undefined) throw new Error(`no entry for ${operation.id}`);
      for (const [whose, { companyId, headers }, allowed] of intruders(operation)) {
        const call = await entry.call(world);
        const mayPass = entry.namesNothing === true && allowed === REFUSED;
        const withAudit = !(mayPass && entry.isAudited === true);
        const before = await footprint(world, { withAudit });
        const answer = await send(world, operation, { companyId, call, headers });
        if (!mayPass) expect(allowed, `${whose}: ${answer.body.slice(0, 300)}`).toContain(answer.statusCode);
        expect(answer.body, whose).not.toContain(MARKER);
        expect(await footprint(world, { withAudit }), whose).toBe(before);
      }
    });

    test("opens to its owner, so that the refusals above mean something", async () => {
      const entry = ENTRIES[operation.id];
      if (entry === undefined) throw new Error(`no entry for ${operation.id}`);
      const { victim } = world;
      const headers =
        operation.auth === "api_key"
          ? keyOf(victim.deployment.test.apiKey)
          : {
              ...(await (entry.owner?.(world) ?? (operation.role === "viewer" ? victim.viewer : victim.admin).headers)),
            };
      const call = await entry.call(world);
      const answer = await send(world, operation, { companyId: victim.companyId, call, headers });
      const wanted = entry.ownerStatus === undefined ? /^2\d\d$/ : new RegExp(`^${entry.ownerStatus}$`);
      expect(String(answer.statusCode), answer.body.slice(0, 500)).toMatch(wanted);
    });
  },
);
