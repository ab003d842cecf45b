import { cliActor } from "../../features/audit/service.ts";
import {
  disableUser,
  enableUser,
  findUser,
  listUsers,
  ONE_TIME_DAYS,
  resetPassword,
  resetSecondFactor,
  type User,
} from "../../features/users/service.ts";
import type { Command } from "../command.ts";
import { table } from "./table.ts";

const MAX_LISTED = 10_000;

const userList: Command = {
  name: "user list",
  summary: "List everybody who has an account on this server, with their companies",
  positionals: [],
  options: {},
  example: "npx tallystick user list",
  run: async (deps) => {
    const users = await listUsers(deps, MAX_LISTED);
    return {
      json: { users: users.map(userJson) },
      text: table(
        ["USER", "EMAIL", "NAME", "2ND FACTOR", "LAST SEEN", "COMPANIES"],
        users.map((user) => [
          user.userId,
          user.email,
          user.isDisabled ? `${user.name} (disabled)` : user.name,
          user.hasSecondFactor ? "yes" : "no",
          user.lastSeenAt?.toISOString() ?? "never",
          user.companies.map(({ name, role }) => `${name} (${role})`).join(", ") || "none",
        ]),
        "There are no users yet. Invite one with: tallystick user invite EMAIL --role admin",
      ),
    };
  },
};

const userDisable: Command = {
  name: "user disable",
  summary: "Switch an account off: every sign-in ends at once, and no other is let in",
  positionals: ["USER"],
  options: {},
  example: "npx tallystick user disable ana@lender.example",
  run: async (deps, args, io) => {
    const user = await findUser(deps, args.positionals[0] ?? "");
    const { endedSignIns } = await disableUser(deps, { user, actor: cliActor(io.osUser) });
    return {
      json: { user_id: user.userId, disabled: true, ended_sign_ins: endedSignIns },
      text: `${user.email} is switched off; ${signIns(endedSignIns)} ended.\n`,
    };
  },
};

const userEnable: Command = {
  name: "user enable",
  summary: "Switch an account on again",
  positionals: ["USER"],
  options: {},
  example: "npx tallystick user enable ana@lender.example",
  run: async (deps, args, io) => {
    const user = await findUser(deps, args.positionals[0] ?? "");
    await enableUser(deps, { user, actor: cliActor(io.osUser) });
    return {
      json: { user_id: user.userId, disabled: false },
      text: `${user.email} may sign in again, with the password and second factor as they were.\n`,
    };
  },
};

const userResetPassword: Command = {
  name: "user reset-password",
  summary: "Give a one-time password, which must be changed at the first sign-in; every sign-in ends",
  positionals: ["USER"],
  options: {},
  example: "npx tallystick user reset-password ana@lender.example",
  run: async (deps, args, io) => {
    const user = await findUser(deps, args.positionals[0] ?? "");
    const { password, endedSignIns } = await resetPassword(deps, { user, actor: cliActor(io.osUser) });
    if (user.isDisabled) io.note("The account is switched off; tallystick user enable switches it on.\n");
    return {
      json: {
        user_id: user.userId,
        one_time_password: password,
        valid_for_days: ONE_TIME_DAYS,
        ended_sign_ins: endedSignIns,
      },
      text: [
        `One-time password of ${user.email}, for the first sign-in within ${ONE_TIME_DAYS} days (shown this once):`,
        `  ${password}`,
        `${capital(signIns(endedSignIns))} ended.${user.hasSecondFactor ? " The second factor is still asked for." : ""}`,
        "",
      ].join("\n"),
    };
  },
};

const userResetSecondFactor: Command = {
  name: "user reset-second-factor",
  summary: "Switch somebody's second factor off, when phone and recovery codes are lost; every sign-in ends",
  positionals: ["USER"],
  options: {},
  example: "npx tallystick user reset-second-factor ana@lender.example",
  run: async (deps, args, io) => {
    const user = await findUser(deps, args.positionals[0] ?? "");
    const { endedSignIns } = await resetSecondFactor(deps, { user, actor: cliActor(io.osUser) });
    return {
      json: { user_id: user.userId, second_factor: false, ended_sign_ins: endedSignIns },
      text:
        `The second factor of ${user.email} is off; ${signIns(endedSignIns)} ended. Be sure that it was really the ` +
        "person who asked, and have them set up a new one.\n",
    };
  },
};

export const peopleCommands: readonly Command[] = [
  userList,
  userDisable,
  userEnable,
  userResetPassword,
  userResetSecondFactor,
];

function signIns(count: number): string {
  return count === 1 ? "one sign-in" : `${count} sign-ins`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function userJson(user: User): Readonly<Record<string, unknown>> {
  return {
    user_id: user.userId,
    email: user.email,
    name: user.name,
    has_password: user.hasPassword,
    password_change_required: user.mustChangePassword,
    second_factor: user.hasSecondFactor,
    disabled: user.isDisabled,
    created_at: user.createdAt.toISOString(),
    last_seen_at: user.lastSeenAt?.toISOString() ?? null,
    companies: user.companies.map(({ companyId, name, role }) => ({ company_id: companyId, name, role })),
  };
}
