/** Items that only something which really happened can prove. */
import type { GoLiveItem } from "@tallystick/contract";

import type { Facts } from "./facts.ts";
import { commandLine, fix, isWithin, ok, open } from "./item.ts";

const WEEK_HOURS = 7 * 24;

export function testJourney(facts: Facts): GoLiveItem {
  const subject = {
    key: "test_journey",
    title: "A Test result was scored, delivered and acknowledged",
    environment: "test",
    level: "blocking",
  } as const;
  const { played, simulated } = facts.test.acknowledged;
  const newest = [played, simulated].filter((at) => at !== null).toSorted((a, b) => b.getTime() - a.getTime())[0];
  if (newest !== undefined) return ok(subject, "The Test receiver acknowledged a score event.", newest);
  const { url } = facts.test.webhook;
  return open(subject, {
    reason:
      url === null
        ? "No score event of Test was acknowledged, and Test has no webhook URL to send one to."
        : "No score event of Test was acknowledged by its receiver.",
    fix:
      url === null
        ? fix("Set Test's webhook URL, then play one assessment through.", {
            command: commandLine(facts, `deployment set ${facts.deploymentId} --env test --webhook-url URL`),
          })
        : fix("Play one assessment through in Test, or let the sandbox play one.", {
            call: `POST /v1/sessions-management/tokens {"uid": "SIM-LOWRISK-0001", "integration_id": "${facts.test.integrationId}"}`,
          }),
  });
}

export function testJourneyPlayed(facts: Facts): GoLiveItem {
  const subject = {
    key: "test_journey_played",
    title: "A person played an assessment in Test",
    environment: "test",
    level: "advising",
  } as const;
  const { played } = facts.test.acknowledged;
  if (played !== null) return ok(subject, "A played, not simulated, result was acknowledged.", played);
  return open(subject, {
    reason: "Nobody has played through in Test yet; the sandbox sees neither your pages nor your phones.",
    fix: fix("Open a Test link on a phone like your applicants', in their network, and play to the end.", {
      call: `POST /v1/sessions-management/tokens {"uid": "UID", "integration_id": "${facts.test.integrationId}"}`,
    }),
  });
}

/** What decides which tasks are played and how they become a result. */
const ASSESSMENT = ["battery", "tasks_off", "model_version", "risk_band_cutoffs", "traits", "money_unit"] as const;

export function sameAssessment(facts: Facts): GoLiveItem {
  const subject = {
    key: "same_assessment",
    title: "Production runs what was tried in Test",
    environment: "production",
    level: "advising",
  } as const;
  const { test, production } = facts;
  const different = ASSESSMENT.filter(
    (name) => JSON.stringify(test.settings[name]) !== JSON.stringify(production.settings[name]),
  );
  if (different.length === 0) return ok(subject, "Tasks, model, bands and sums are the same on both sides.");
  return open(subject, {
    reason: `Test and Production differ in ${different.join(", ")}: what was tried is not what applicants will get.`,
    fix: fix("Compare the two and bring them together.", {
      command: commandLine(facts, `deployment show ${facts.deploymentId}`),
    }),
  });
}

export function duplicateRefused(facts: Facts): GoLiveItem {
  const subject = {
    key: "duplicate_refused",
    title: "A uid used twice was tried and refused",
    environment: "test",
    level: "blocking",
  } as const;
  const seen = [facts.test, facts.production]
    .map((side) => side.evidence.get("duplicate_refused"))
    .filter((evidence) => evidence !== undefined)
    .toSorted((a, b) => b.lastAt.getTime() - a.lastAt.getTime())[0];
  if (seen !== undefined) return ok(subject, "Your server met the refusal (409).", seen.lastAt);
  return open(subject, {
    reason: "Your server has not met the refusal of a used uid yet; in Production it will, and has to handle it.",
    fix: fix("Create a session in Test with the uid of a finished one; the answer is 409 with the code to handle.", {
      call: `POST /v1/sessions-management/tokens {"uid": "UID of a finished session", "integration_id": "${facts.test.integrationId}"}`,
    }),
  });
}

export function noTestKeyInProduction(facts: Facts): GoLiveItem {
  const subject = {
    key: "no_test_key_in_production",
    title: "No Test key is used against Production",
    environment: "production",
    level: "blocking",
  } as const;
  return strayKey(facts, { subject, side: facts.production, evidence: "test_key_seen", key: "Test", id: "Production" });
}

export function noProductionKeyInTest(facts: Facts): GoLiveItem {
  const subject = {
    key: "no_production_key_in_test",
    title: "No Production key is used against Test",
    environment: "test",
    level: "advising",
  } as const;
  return strayKey(facts, { subject, side: facts.test, evidence: "production_key_seen", key: "Production", id: "Test" });
}

interface Stray {
  readonly subject: Pick<GoLiveItem, "key" | "title" | "environment" | "level">;
  readonly side: Facts["test"];
  readonly evidence: "test_key_seen" | "production_key_seen";
  readonly key: string;
  readonly id: string;
}

function strayKey(facts: Facts, stray: Stray): GoLiveItem {
  const seen = stray.side.evidence.get(stray.evidence);
  if (seen === undefined) return ok(stray.subject, "None was ever seen.");
  if (!isWithin(facts, seen.lastAt, WEEK_HOURS)) {
    return ok(stray.subject, "None was seen in the last 7 days.", seen.lastAt);
  }
  return open(stray.subject, {
    reason: `A ${stray.key} key came with the Integration ID of ${stray.id} within the last 7 days: a server of yours is configured with one of each.`,
    fix: fix("Find the server that holds both and give it the pair of one side. The item closes after 7 quiet days."),
    evidenceAt: seen.lastAt,
  });
}
