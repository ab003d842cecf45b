import {
  inSetUp,
  knownPerson,
  newestSignIn,
  PASSWORD,
  withSecondFactor,
} from "../../../features/users/testing/account.ts";
import { signInAs, type TestPerson } from "../../../testing/people.ts";
import type { AccessEntries, AccessEntry, World } from "./world.ts";

/** A member of the victim with a password and a fresh sign-in. */
async function member(world: World): Promise<TestPerson> {
  const { lender, victim } = world;
  return knownPerson(lender.deps, victim.companyId);
}

/** What the owner is made for must be there before the body: both are made together. */
function withCode(make: typeof withSecondFactor): AccessEntry {
  let code = "000000";
  return {
    call: () => ({ body: { code } }),
    owner: async (world) => {
      const made = await make(world.lender.deps, world.victim.companyId);
      code = made.code;
      return made.headers;
    },
    namesNothing: true,
  };
}

/** One of the owner's own two; for everybody else it names nothing of theirs. */
function ownSignIn(): AccessEntry {
  let signInId = "uss_00000000000000000000000000";
  return {
    call: () => ({ params: { sign_in_id: signInId } }),
    owner: async (world) => {
      const { userId, headers } = await member(world);
      await signInAs(world.lender.deps, userId);
      signInId = await newestSignIn(world.lender.deps, userId);
      return headers;
    },
    namesNothing: true,
  };
}

const ownHeaders: Pick<AccessEntry, "owner" | "namesNothing"> = {
  owner: async (world) => (await member(world)).headers,
  namesNothing: true,
};

export const PEOPLE_ACCESS: AccessEntries = {
  getMe: { call: () => ({}), namesNothing: true },
  giveSecondFactor: withCode(async (deps, companyId) => withSecondFactor(deps, companyId, { isHalf: true })),
  signOut: { call: () => ({}), ...ownHeaders },
  confirm: { call: () => ({ body: { password: PASSWORD } }), ...ownHeaders },
  changePassword: {
    call: () => ({ body: { current_password: PASSWORD, new_password: "eight loud counting frames" } }),
    ...ownHeaders,
  },
  listSignIns: { call: () => ({}), namesNothing: true },
  endSignIn: ownSignIn(),
  endOtherSignIns: { call: () => ({}), ...ownHeaders },
  beginSecondFactor: { call: () => ({}), ...ownHeaders },
  enableSecondFactor: withCode(inSetUp),
  disableSecondFactor: withCode(withSecondFactor),
  renewRecoveryCodes: withCode(withSecondFactor),
};
