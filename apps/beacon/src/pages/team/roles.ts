import type { AnswerOf } from "../../api/types.ts";
import type { Choice } from "../../kit/fields.tsx";

export type Member = AnswerOf<"LIST_MEMBERS">["items"][number];
export type Invitation = AnswerOf<"LIST_INVITATIONS">["items"][number];
export type Role = Member["role"];

export const ROLE_CHOICES: readonly Choice<Role>[] = [
  { value: "viewer", label: "Viewer: reads results and dashboards" },
  { value: "admin", label: "Admin: also changes settings, keys, links and people" },
];

/** What became of the mail, where somebody has to do something about it; null: it left. */
export function mailAdvice(invitation: Invitation): string | null {
  if (invitation.mail === "outbox") {
    return `No mail server is set up, so the mail to ${invitation.email} waits in the outbox. Whoever runs this server reads the link with "tallystick outbox show last" and hands it on. The link itself is not shown here: who has it could join under this name.`;
  }
  if (invitation.mail === "failed") {
    return `The mail to ${invitation.email} could not be sent. Try again with "Send again"; if it fails once more, whoever runs this server finds the reason in its log.`;
  }
  return null;
}
