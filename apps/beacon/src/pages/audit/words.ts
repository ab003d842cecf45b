import { formatWord } from "../../kit/format.ts";

/** Actions as people say them; the code stands in the tooltip. New ones of the server read as their code. */
const ACTIONS: Readonly<Record<string, string>> = {
  "api_key.revealed": "API key shown",
  "api_key.revoked": "API key revoked",
  "api_key.rotated": "API key rotated",
  "audit.exported": "Audit log exported",
  "audit.purged": "Old audit entries removed",
  "backup.restored": "Backup restored",
  "backup.taken": "Backup taken",
  "company.created": "Company created",
  "company.renamed": "Company renamed",
  "company.settings_changed": "Company settings changed",
  "deployment.archived": "Deployment archived",
  "deployment.created": "Deployment created",
  "deployment.go_live_checked": "Go-live check run",
  "deployment.renamed": "Deployment renamed",
  "deployment.unarchived": "Deployment brought back",
  "encryption.rotated": "Encryption key rotated",
  "environment.settings_changed": "Settings changed",
  "environment.settings_copied": "Settings copied",
  "erasure.done": "Erasure done",
  "erasure.held": "Erasure held back",
  "erasure.requested": "Erasure asked for",
  "event.listed": "Events read",
  "hold.placed": "Legal hold placed",
  "hold.released": "Legal hold released",
  "identity.linked": "Identity provider linked",
  "identity.unlinked": "Identity provider unlinked",
  "invitation.accepted": "Invitation accepted",
  "invitation.created": "Invitation sent",
  "invitation.resent": "Invitation sent again",
  "invitation.revoked": "Invitation withdrawn",
  "link.extended": "Link extended",
  "link.reissued": "Link issued anew",
  "link.revoked": "Link revoked",
  "link_batch.created": "Links made",
  "link_batch.extended": "Links extended",
  "link_batch.revoked": "Links revoked",
  "links.exported": "Links exported",
  "member.removed": "Member removed",
  "member.role_changed": "Role changed",
  "model.imported": "Model imported",
  "password.changed": "Password changed",
  "password.reset": "Password reset",
  "password.reset_requested": "Password reset asked for",
  "reconcile.exported": "List reconciled",
  "recovery_codes.renewed": "Recovery codes renewed",
  "result.listed": "Results read",
  "result.read": "Result read",
  "results.rescored": "Results scored anew",
  "retention.applied": "Retention applied",
  "second_factor.begun": "Second factor begun",
  "second_factor.disabled": "Second factor switched off",
  "second_factor.enabled": "Second factor switched on",
  "second_factor.reset": "Second factor reset",
  "session.cancelled": "Session cancelled",
  "session.reopened": "Session re-opened",
  "sign_in.begun": "Sign-in begun",
  "sign_in.confirmed": "Identity confirmed",
  "sign_in.ended": "Signed out",
  "sign_in.failed": "Sign-in failed",
  "sign_in.others_revoked": "Other sign-ins ended",
  "sign_in.revoked": "Sign-in ended",
  "sign_in.succeeded": "Signed in",
  "token_key.rotated": "Token key rotated",
  "user.created": "Account created",
  "user.disabled": "Account switched off",
  "user.enabled": "Account switched on",
  "webhook_replay.cancelled": "Replay cancelled",
  "webhook_replay.finished": "Replay finished",
  "webhook_replay.started": "Replay started",
  "webhook_secret.revealed": "Webhook secret shown",
  "webhook_secret.revoked": "Webhook secret revoked",
  "webhook_secret.rotated": "Webhook secret rotated",
  "webhook_test.sent": "Test webhook sent",
};

export function actionWords(action: string): string {
  return ACTIONS[action] ?? formatWord(action.replaceAll(".", " "));
}

/** What one looks for first, by the beginnings that the server takes. */
export const ACTION_GROUPS: readonly { readonly value: string; readonly label: string }[] = [
  { value: "sign_in", label: "Sign-ins" },
  { value: "member", label: "Members" },
  { value: "invitation", label: "Invitations" },
  { value: "second_factor", label: "Second factors" },
  { value: "password", label: "Passwords" },
  { value: "deployment", label: "Deployments" },
  { value: "environment", label: "Settings" },
  { value: "api_key", label: "API keys" },
  { value: "webhook_secret", label: "Webhook secrets" },
  { value: "webhook_replay", label: "Replays" },
  { value: "link_batch", label: "Batches of links" },
  { value: "link", label: "Single links" },
  { value: "links", label: "Exports of links" },
  { value: "result", label: "Readings of results" },
  { value: "reconcile", label: "Reconciled lists" },
  { value: "session", label: "Sessions" },
  { value: "erasure", label: "Erasures" },
  { value: "hold", label: "Legal holds" },
  { value: "company", label: "Company" },
  { value: "audit", label: "The log itself" },
];

/** One line of an entry's details: what, and its value or from what to what. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Details as lines. `changes: {a: {from, to}}` is told one change a line. */
export function factsOf(details: Readonly<Record<string, unknown>>): readonly Fact[] {
  return Object.entries(details).flatMap(([name, value]) => {
    if (name === "changes" && isRecord(value)) return Object.entries(value).map(([key, one]) => changeOf(key, one));
    return [changeOf(name, value)];
  });
}

function changeOf(name: string, value: unknown): Fact {
  const isChange = isRecord(value) && "from" in value && "to" in value && Object.keys(value).length === 2;
  const text = isChange ? `${textOf(value["from"])} → ${textOf(value["to"])}` : textOf(value);
  return { name: formatWord(name), value: text };
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : JSON.stringify(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
