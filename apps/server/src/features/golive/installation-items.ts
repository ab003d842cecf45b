/** Items about the installation, the deployment as a whole and the people behind it. */
import { LANGUAGES, unreviewedOf, type GoLiveItem } from "@tallystick/contract";

import type { Facts } from "./facts.ts";
import { commandLine, fix, isLoopback, notApplicable, ok, open, settingLine } from "./item.ts";

export function deploymentInUse(facts: Facts): GoLiveItem {
  const subject = {
    key: "deployment_in_use",
    title: "Deployment is in use",
    environment: null,
    level: "blocking",
  } as const;
  if (facts.archivedAt === null) return ok(subject, "The deployment is not archived.");
  return open(subject, {
    reason: "The deployment is archived: it refuses new sessions.",
    fix: fix("Bring it back, or go live with another deployment.", {
      command: commandLine(facts, `deployment unarchive ${facts.deploymentId}`),
    }),
    evidenceAt: facts.archivedAt,
  });
}

export function publicAddress(facts: Facts): GoLiveItem {
  const subject = {
    key: "public_address",
    title: "Applicants reach the server by https",
    environment: null,
    level: "blocking",
  } as const;
  const { publicUrl } = facts.installation;
  if (isLoopback(publicUrl)) {
    return open(subject, {
      reason: `Links begin with ${publicUrl}, which only this machine can open.`,
      fix: fix("Set PUBLIC_URL to the https address of your proxy and start the server again."),
    });
  }
  if (!publicUrl.startsWith("https:")) {
    return open(subject, {
      reason: `Links begin with ${publicUrl}: without TLS anybody on the way can read and change a journey.`,
      fix: fix("Put a proxy with a certificate in front, set PUBLIC_URL to its https address, start the server again."),
    });
  }
  return ok(subject, `Links begin with ${publicUrl}.`);
}

export function dashboardAddress(facts: Facts): GoLiveItem {
  const subject = {
    key: "dashboard_address",
    title: "Dashboard has a host of its own",
    environment: null,
    level: "blocking",
  } as const;
  const { publicUrl, beaconUrl } = facts.installation;
  if (isLoopback(publicUrl)) return notApplicable(subject, "The server is not published yet.");
  if (new URL(publicUrl).host !== new URL(beaconUrl).host) {
    if (beaconUrl.startsWith("https:")) return ok(subject, `The dashboard is at ${beaconUrl}.`);
    return open(subject, {
      reason: `The dashboard is at ${beaconUrl}: passwords and sign-ins would cross the network in the clear.`,
      fix: fix("Set BEACON_URL to an https address and start the server again."),
    });
  }
  return open(subject, {
    reason: `The dashboard shares ${publicUrl} with the applicants' pages: a fault in one would reach the other's cookies.`,
    fix: fix("Point a second host name at the server, set BEACON_URL to it and start the server again."),
  });
}

export function mail(facts: Facts): GoLiveItem {
  const subject = { key: "mail", title: "Mail is sent", environment: null, level: "advising" } as const;
  if (facts.installation.sendsMail) return ok(subject, "A mail server is set.");
  return open(subject, {
    reason: "No mail server is set: invitations and password resets stay in the outbox of the data folder.",
    fix: fix("Set SMTP_URL and start the server again, or hand the links over yourself.", {
      command: "npx tallystick outbox list",
    }),
  });
}

export function twoAdmins(facts: Facts): GoLiveItem {
  const subject = { key: "two_admins", title: "Team has two admins", environment: null, level: "advising" } as const;
  if (facts.admins >= 2) return ok(subject, `${facts.admins} admins can sign in.`);
  return open(subject, {
    reason:
      facts.admins === 0
        ? "Nobody can administer this company from the dashboard."
        : "One admin alone: who loses that sign-in locks the team out.",
    fix: fix("Invite another admin.", {
      command: commandLine(facts, "user invite --email ADDRESS --role admin"),
    }),
  });
}

export function brand(facts: Facts): GoLiveItem {
  const subject = {
    key: "brand",
    title: "Applicants see the lender's name and colour",
    environment: "production",
    level: "advising",
  } as const;
  const { lender_name: name, accent } = facts.production.settings.brand;
  if (name !== null && accent !== null) return ok(subject, `Applicants see "${name}" in ${accent}.`);
  const missing = [name === null ? "name" : null, accent === null ? "colour" : null].filter((part) => part !== null);
  return open(subject, {
    reason: `No ${missing.join(" and no ")} was chosen: people trust a page that looks like their lender's.`,
    fix: fix("Choose what applicants see.", {
      command: settingLine(
        facts,
        [name === null ? '--lender-name "NAME"' : "", accent === null ? '--accent "#1a5fb4"' : ""].join(" ").trim(),
      ),
    }),
  });
}

export function languages(facts: Facts): GoLiveItem {
  const subject = {
    key: "languages",
    title: "Languages were chosen",
    environment: "production",
    level: "advising",
  } as const;
  const list = facts.production.settings.languages.join(", ");
  if (facts.production.chosen.has("languages")) return ok(subject, `Applicants choose among: ${list}.`);
  return open(subject, {
    reason: `Nobody chose the languages; applicants get the default (${list}).`,
    fix: fix("Name the languages your applicants read, the most common one first.", {
      command: settingLine(facts, "--languages en,es"),
    }),
  });
}

/** Never closed by a setting: somebody who reads the language has to read the texts, or the lender leaves it out. */
export function languagesReviewed(facts: Facts): GoLiveItem {
  const subject = {
    key: "languages_reviewed",
    title: "Native readers have read the languages",
    environment: "production",
    level: "advising",
  } as const;
  const offered = facts.production.settings.languages;
  const unread = unreviewedOf(offered);
  if (unread.length === 0) return ok(subject, "Every language on offer was read by a native reader.");
  const names = unread.map((code) => `${LANGUAGES[code].englishName} (${code})`).join(", ");
  const read = offered.filter((code) => !unread.includes(code));
  return open(subject, {
    reason: `No native reader has read these yet: ${names}. People consent to what they read, so it has to be right.`,
    fix: fix(
      "Have somebody who grew up with the language read it on a phone (docs/guides/languages.md), or do not offer it yet.",
      { command: settingLine(facts, `--languages ${read.length === 0 ? "en" : read.join(",")}`) },
    ),
  });
}
