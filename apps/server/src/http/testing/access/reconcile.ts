import type { AccessEntries } from "./world.ts";

// A list is the caller's own, and a key may be told that a uid stands in another deployment of its company; that no other
// company and no Production shows to a Test key is proved in features/reconcile/reconcile.db.test.ts.
const body = { rows: [{ uid: "NOBODY-00001" }], finished_from: 0 };

export const RECONCILE_ACCESS: AccessEntries = {
  reconcile: { call: () => ({ body }), namesNothing: true },
  reconcileByKey: { call: () => ({ body }), namesNothing: true, isAudited: true },
};
