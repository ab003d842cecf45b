import { SYSTEM } from "../../../features/audit/service.ts";
import { listIdentities } from "../../../features/users/single-sign-on/identities.ts";
import { invite } from "../../../features/users/team/invitations.ts";
import { signedInMember } from "../../../testing/people.ts";
import { MARKER, type AccessEntries, type World } from "./world.ts";

let made = 0;

async function member({ lender, victim }: World): Promise<{ readonly user_id: string }> {
  const { userId } = await signedInMember(lender.deps, { companyId: victim.companyId, role: "viewer" });
  await lender.deps.db.query("UPDATE users SET name = $2::text WHERE user_id = $1::text", [userId, MARKER]);
  return { user_id: userId };
}

async function invitation({ lender, victim }: World): Promise<{ readonly invitation_id: string }> {
  made += 1;
  const email = `${MARKER.toLowerCase()}-${made}@tallystick.test`;
  const wish = { companyId: victim.companyId, email, role: "viewer", actor: SYSTEM } as const;
  return { invitation_id: (await invite(lender.deps, wish)).invitationId };
}

/** A link of the victim's admin, who has a password beside it. */
async function identity({ lender, victim }: World): Promise<{ readonly identity_id: string }> {
  const { userId } = victim.admin;
  await lender.deps.db.query("UPDATE users SET password_hash = 'x' WHERE user_id = $1::text", [userId]);
  await lender.deps.db.query(
    "INSERT INTO user_identities (issuer, subject, user_id) VALUES ('https://login.example', $1::text, $2::text)",
    [`${MARKER}-${(made += 1)}`, userId],
  );
  const [linked] = await listIdentities(lender.deps, userId);
  return { identity_id: linked?.identityId ?? "" };
}

export const TEAM_ACCESS: AccessEntries = {
  listMembers: { call: () => ({}), namesNothing: true },
  changeMemberRole: { call: async (world) => ({ params: await member(world), body: { role: "admin" } }) },
  removeMember: { call: async (world) => ({ params: await member(world) }) },
  listInvitations: { call: () => ({}), namesNothing: true },
  createInvitation: {
    call: () => ({ body: { email: `new-${(made += 1)}@tallystick.test`, role: "viewer" } }),
    namesNothing: true,
  },
  resendInvitation: { call: async (world) => ({ params: await invitation(world) }) },
  revokeInvitation: { call: async (world) => ({ params: await invitation(world) }) },
  listIdentities: { call: () => ({}), namesNothing: true },
  // No provider is set up in this world; that is told to its owner alone.
  linkIdentity: { call: () => ({}), namesNothing: true, ownerStatus: 404 },
  unlinkIdentity: { call: async (world) => ({ params: await identity(world) }) },
};
