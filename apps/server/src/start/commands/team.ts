import { emailSchema } from "@tallystick/contract";

import { cliActor, type Actor } from "../../features/audit/service.ts";
import { resolveCompany } from "../../features/companies/service.ts";
import {
  invite,
  listInvitations,
  openInvitationTo,
  revokeInvitation,
  type Invitation,
  type SentInvitation,
} from "../../features/users/team/invitations.ts";
import { changeRole, findMember, listMembers, removeMember, type Member } from "../../features/users/team/members.ts";
import type { Deps } from "../../infra/deps.ts";
import { AppError, fail } from "../../infra/errors.ts";
import { UsageError, type Command, type CommandOption } from "../command.ts";
import { table } from "./table.ts";

const company: CommandOption = {
  type: "string",
  value: "ID",
  description: "the company; without it the only one is taken",
};

const MAX_LISTED = 1000;

const userInvite: Command = {
  name: "user invite",
  summary: "Invite somebody to a company; prints the link, which is valid for 24 hours and works once",
  positionals: ["EMAIL"],
  options: {
    company,
    role: { type: "string", value: "admin|viewer", description: "what the person may do; default viewer" },
    again: { type: "boolean", description: "withdraw an open invitation of the person first, whose link then ends" },
  },
  example: "npx tallystick user invite ana@lender.example --role admin",
  run: async (deps, args, io) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const [email = ""] = args.positionals;
    const role = roleOf(args.text("role") ?? "viewer");
    checkEmail(email);
    const actor = cliActor(io.osUser);
    if (args.flag("again")) await withdrawOpen(deps, { companyId, email, actor });
    const sent = await invite(deps, { companyId, email, role, actor }).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== "invitation_open") throw error;
      throw fail("invitation_open", `${error.message} A new link, which ends the old one: add --again`);
    });
    if (sent.mail === "failed") io.note("The mail could not be sent; give the person the link yourself.\n");
    return { json: invitedJson(sent), text: invitedText(sent) };
  },
};

const userInvitations: Command = {
  name: "user invitations",
  summary: "List the invitations of a company, newest first",
  positionals: [],
  options: { company },
  example: "npx tallystick user invitations",
  run: async (deps, args) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const { items, next } = await listInvitations(deps, companyId, { limit: MAX_LISTED });
    return {
      json: { company_id: companyId, invitations: items.map(invitationJson), complete: next === null },
      text: table(
        ["INVITATION", "EMAIL", "ROLE", "STATE", "UNTIL"],
        items.map((item) => [item.invitationId, item.email, item.role, item.state, item.expiresAt.toISOString()]),
        "Nobody was invited yet. Invite somebody with: tallystick user invite EMAIL",
      ),
    };
  },
};

const userMembers: Command = {
  name: "user members",
  summary: "List the members of a company",
  positionals: [],
  options: { company },
  example: "npx tallystick user members",
  run: async (deps, args) => {
    const { companyId, name } = await resolveCompany(deps, args.text("company"));
    const { items, next } = await listMembers(deps, companyId, { limit: MAX_LISTED });
    return {
      json: { company_id: companyId, members: items.map(memberJson), complete: next === null },
      text: table(
        ["USER", "EMAIL", "NAME", "ROLE", "2ND FACTOR", "LAST SEEN"],
        items.map((member) => [
          member.userId,
          member.email,
          member.name,
          member.isDisabled ? `${member.role} (disabled)` : member.role,
          member.hasSecondFactor ? "yes" : "no",
          member.lastSeenAt?.toISOString() ?? "never",
        ]),
        `${name} has no members yet. Invite one with: tallystick user invite EMAIL --role admin`,
      ),
    };
  },
};

const userRole: Command = {
  name: "user role",
  summary: "Make a member admin or viewer",
  positionals: ["USER", "ROLE"],
  options: { company },
  example: "npx tallystick user role ana@lender.example admin",
  run: async (deps, args, io) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const [wish = "", role = ""] = args.positionals;
    const { userId } = await findMember(deps, companyId, wish);
    const member = await changeRole(deps, { companyId, userId, role: roleOf(role), actor: cliActor(io.osUser) });
    return { json: memberJson(member), text: `${member.name} (${member.email}) is ${member.role} now.\n` };
  },
};

const userRemove: Command = {
  name: "user remove",
  summary: "Remove a member from a company; the access ends at once",
  positionals: ["USER"],
  options: { company },
  example: "npx tallystick user remove ana@lender.example",
  run: async (deps, args, io) => {
    const { companyId } = await resolveCompany(deps, args.text("company"));
    const { userId } = await findMember(deps, companyId, args.positionals[0] ?? "");
    const member = await removeMember(deps, { companyId, userId, actor: cliActor(io.osUser) });
    return {
      json: { user_id: userId, removed: true },
      text: `${member.name} (${member.email}) is no member any more.\n`,
    };
  },
};

export const teamCommands: readonly Command[] = [userInvite, userInvitations, userMembers, userRole, userRemove];

function roleOf(value: string): "admin" | "viewer" {
  if (value === "admin" || value === "viewer") return value;
  throw new UsageError(`The role is admin or viewer, not "${value}"`);
}

function checkEmail(value: string): void {
  const parsed = emailSchema.safeParse(value);
  if (!parsed.success) throw fail("setting_invalid", `"${value}" is no e-mail address such as ana@lender.example.`);
}

async function withdrawOpen(
  deps: Deps,
  wish: { readonly companyId: string; readonly email: string; readonly actor: Actor },
): Promise<void> {
  const { companyId, email, actor } = wish;
  const open = await openInvitationTo(deps, companyId, email);
  if (open !== null) await revokeInvitation(deps, { companyId, invitationId: open.invitationId, actor });
}

function invitationJson(invitation: Invitation): Readonly<Record<string, unknown>> {
  return {
    invitation_id: invitation.invitationId,
    company_id: invitation.companyId,
    email: invitation.email,
    role: invitation.role,
    state: invitation.state,
    expires_at: invitation.expiresAt.toISOString(),
  };
}

function invitedJson(sent: SentInvitation): Readonly<Record<string, unknown>> {
  return { ...invitationJson(sent), mail: sent.mail, link: sent.link };
}

function invitedText(sent: SentInvitation): string {
  const how = {
    sent: "The mail is on its way.",
    outbox: "SMTP_URL is not set: the mail is in the outbox (tallystick outbox show last).",
    failed: "The mail could not be sent.",
  }[sent.mail];
  return [
    `Invited ${sent.email} as ${sent.role}: ${sent.invitationId}`,
    how,
    `The link, until ${sent.expiresAt.toISOString()} and once:`,
    `  ${sent.link}`,
    "This version has no page behind it yet; the token after # is accepted with POST /beacon/api/invitations/accept.",
    "",
  ].join("\n");
}

function memberJson(member: Member): Readonly<Record<string, unknown>> {
  return {
    user_id: member.userId,
    email: member.email,
    name: member.name,
    role: member.role,
    joined_at: member.joinedAt.toISOString(),
    last_seen_at: member.lastSeenAt?.toISOString() ?? null,
    second_factor: member.hasSecondFactor,
    disabled: member.isDisabled,
  };
}
