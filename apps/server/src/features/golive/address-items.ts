/** Items about addresses of Production that applicants are led to. What they answered is what the newest check saw. */
import type { GoLiveItem } from "@tallystick/contract";

import { urlHash, type EvidenceKind } from "../deployments/service.ts";
import type { AddressAnswer } from "./ask-address.ts";
import type { Facts } from "./facts.ts";
import { checkAgain, fix, isWithin, notApplicable, ok, open, PROOF_HOURS, settingLine, withoutQuery } from "./item.ts";

export interface CheckedAddress {
  readonly key: "privacy_policy" | "completion_url" | "cancellation_url" | "expiry_url";
  readonly setting: "privacy_policy_url" | "completion_url" | "cancellation_url" | "expiry_url";
  readonly evidence: EvidenceKind;
  readonly title: string;
  /** Said of an address that is not set. */
  readonly absent: string;
  /** Said of an address that does not answer. */
  readonly broken: string;
}

export const CHECKED_ADDRESSES: readonly CheckedAddress[] = [
  {
    key: "privacy_policy",
    setting: "privacy_policy_url",
    evidence: "privacy_policy_checked",
    title: "Privacy policy is reachable",
    absent: "No privacy policy is set, and applicants must be able to read it before they agree.",
    broken: "Applicants could not read what they are asked to agree to.",
  },
  {
    key: "completion_url",
    setting: "completion_url",
    evidence: "completion_url_checked",
    title: "Completion URL leads somewhere",
    absent: "No completion URL is set: applicants who finish stay on the last page.",
    broken: "Applicants who finish would land on an error.",
  },
  {
    key: "cancellation_url",
    setting: "cancellation_url",
    evidence: "cancellation_url_checked",
    title: "Cancellation URL leads somewhere",
    absent: "No cancellation URL is set: applicants who decline stay on the last page.",
    broken: "Applicants who decline would land on an error.",
  },
  {
    key: "expiry_url",
    setting: "expiry_url",
    evidence: "expiry_url_checked",
    title: "Expiry URL leads somewhere",
    absent: "No expiry URL is set: applicants with an old link are told so, but not where to go.",
    broken: "Applicants with an old link would land on an error.",
  },
];

export function address(facts: Facts, checked: CheckedAddress): GoLiveItem {
  const { key, title, setting } = checked;
  const subject = { key, title, environment: "production", level: "blocking" } as const;
  const url = facts.production.settings[setting];
  if (url === null) return absentAddress(facts, checked);
  if (!/^https?:/i.test(url)) {
    const scheme = url.slice(0, url.indexOf(":") + 1);
    return ok(subject, `${scheme} opens an app; only a phone can show that it does, so try it on one.`);
  }
  const evidence = facts.production.evidence.get(checked.evidence);
  if (evidence === undefined || evidence.details["url_hash"] !== urlHash(url)) {
    return open(subject, { reason: `${withoutQuery(url)} was not asked yet.`, fix: checkAgain(facts) });
  }
  if (!isWithin(facts, evidence.lastAt, PROOF_HOURS)) {
    const reason = `${withoutQuery(url)} was asked more than ${PROOF_HOURS} hours ago.`;
    return open(subject, { reason, fix: checkAgain(facts), evidenceAt: evidence.lastAt });
  }
  const { answer, problem } = readAnswer(evidence.details);
  if (problem === null) return ok(subject, `${withoutQuery(url)} ${answer}.`, evidence.lastAt);
  return open(subject, {
    reason: `${withoutQuery(url)} ${problem}. ${checked.broken}`,
    fix: fix("Mend the page or set another address, then run the check again.", {
      command: settingLine(facts, `--${setting.replaceAll("_", "-")} URL`),
    }),
    evidenceAt: evidence.lastAt,
  });
}

/** Evidence is JSON: what this check wrote, also in an earlier release. */
function readAnswer(details: Readonly<Record<string, unknown>>): AddressAnswer {
  const { answer, problem } = details;
  return {
    answer: typeof answer === "string" ? answer : "answered",
    problem: typeof problem === "string" ? problem : null,
  };
}

function absentAddress(facts: Facts, { key, title, setting, absent }: CheckedAddress): GoLiveItem {
  const subject = { key, title, environment: "production", level: "blocking" } as const;
  if (setting !== "privacy_policy_url" && facts.production.settings.use_case === "in_branch_shared_device") {
    return notApplicable(subject, "None is set, and on a shared device the staff take it back from the last page.");
  }
  return open(subject, {
    reason: absent,
    fix: fix("Set the address.", {
      command: settingLine(facts, `--${setting.replaceAll("_", "-")} URL`),
    }),
  });
}
