import type { Mail } from "../../../infra/mail.ts";

/** What a mail says, in order; the link stands on a line of its own, whole, so that people see where it leads. */
export interface Letter {
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly link?: { readonly label: string; readonly url: string };
  readonly after?: readonly string[];
}

const ROLES = {
  admin: "an admin: you may read results and change settings, keys and people",
  viewer: "a viewer: you may read results and dashboards",
} as const;

export function invitationMail(options: {
  readonly to: string;
  readonly company: string;
  readonly role: "admin" | "viewer";
  /** null: the operator, from the command line. */
  readonly inviter: string | null;
  readonly url: string;
  readonly hours: number;
}): Mail {
  const { to, company, role, inviter, url, hours } = options;
  return write({
    kind: "invitation",
    to,
    subject: `Invitation to ${company} on Tallystick`,
    paragraphs: [
      `${inviter ?? "The operator of the server"} invites you to join ${company} on Tallystick as ${ROLES[role]}.`,
    ],
    link: { label: "Accept the invitation", url },
    after: [
      `The link is valid for ${hours} hours and works once. Opening it changes nothing yet; you decide on the page.`,
      "If you did not expect this, do nothing: without you the invitation simply ends.",
    ],
  });
}

export function resetMail(options: { readonly to: string; readonly url: string; readonly minutes: number }): Mail {
  const { to, url, minutes } = options;
  return write({
    kind: "password_reset",
    to,
    subject: "Set a new password for Tallystick",
    paragraphs: ["Somebody asked for a new password for your account. If it was you, set it here:"],
    link: { label: "Set a new password", url },
    after: [
      `The link is valid for ${minutes} minutes and works once. Your second factor, if you have one, stays as it is.`,
      "If it was not you, do nothing: your password stays as it is.",
    ],
  });
}

/** To somebody without a password: a reset would quietly open a second way in. */
export function noPasswordMail(options: { readonly to: string; readonly provider: string }): Mail {
  return write({
    kind: "password_reset",
    to: options.to,
    subject: "You sign in to Tallystick without a password",
    paragraphs: [
      `Somebody asked for a new password for your account. It has none: you sign in with ${options.provider}.`,
      "If that way is closed to you, ask the operator of the server to give you a password.",
    ],
  });
}

export function identityLinkedMail(options: { readonly to: string; readonly provider: string }): Mail {
  return write({
    kind: "identity_linked",
    to: options.to,
    subject: `You can sign in to Tallystick with ${options.provider}`,
    paragraphs: [
      `Your account was linked with an account at ${options.provider}, which opens it from now on.`,
      "If it was not you, change your password, remove the link, and tell the operator of the server.",
    ],
  });
}

export function write({ kind, to, subject, paragraphs, link, after = [] }: Letter): Mail {
  const text = [...paragraphs, ...(link === undefined ? [] : [link.url]), ...after].join("\n\n");
  const html = [
    ...paragraphs.map(paragraph),
    ...(link === undefined ? [] : [anchor(link)]),
    ...after.map(paragraph),
  ].join("\n");
  return {
    kind,
    to,
    subject,
    text: `${text}\n`,
    html: `<!doctype html>\n<html lang="en"><body style="font-family:sans-serif;line-height:1.5">\n${html}\n</body></html>\n`,
  };
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}

function anchor({ label, url }: { readonly label: string; readonly url: string }): string {
  const address = escapeHtml(url);
  return `<p><a href="${address}">${escapeHtml(label)}</a></p>\n<p>${address}</p>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
