import { GO_LIVE_ITEMS, type GoLive, type GoLiveItem, type GoLiveKey } from "@tallystick/contract";

import { address, CHECKED_ADDRESSES, type CheckedAddress } from "./address-items.ts";
import type { Facts } from "./facts.ts";
import * as installation from "./installation-items.ts";
import * as proof from "./proof-items.ts";
import * as webhook from "./webhook-items.ts";

/** One function an item, over facts alone: nothing here asks anybody. */
const JUDGES: Readonly<Record<GoLiveKey, (facts: Facts) => GoLiveItem>> = {
  deployment_in_use: installation.deploymentInUse,
  public_address: installation.publicAddress,
  dashboard_address: installation.dashboardAddress,
  mail: installation.mail,
  two_admins: installation.twoAdmins,
  brand: installation.brand,
  languages: installation.languages,
  languages_reviewed: installation.languagesReviewed,
  privacy_policy: (facts) => address(facts, checked("privacy_policy")),
  completion_url: (facts) => address(facts, checked("completion_url")),
  cancellation_url: (facts) => address(facts, checked("cancellation_url")),
  expiry_url: (facts) => address(facts, checked("expiry_url")),
  webhook_verified: webhook.webhookVerified,
  webhooks_apart: webhook.webhooksApart,
  keys_apart: webhook.keysApart,
  test_journey: proof.testJourney,
  test_journey_played: proof.testJourneyPlayed,
  same_assessment: proof.sameAssessment,
  duplicate_refused: proof.duplicateRefused,
  no_test_key_in_production: proof.noTestKeyInProduction,
  no_production_key_in_test: proof.noProductionKeyInTest,
};

export function judge(facts: Facts): GoLive {
  const items = GO_LIVE_ITEMS.map((key) => JUDGES[key](facts));
  const openAt = (level: GoLiveItem["level"]): number =>
    items.filter((item) => item.state === "open" && item.level === level).length;
  return {
    deployment_id: facts.deploymentId,
    name: facts.name,
    ready: openAt("blocking") === 0,
    blocking_open: openAt("blocking"),
    advising_open: openAt("advising"),
    looked_at: Math.floor(facts.now.getTime() / 1000),
    items,
  };
}

function checked(key: CheckedAddress["key"]): CheckedAddress {
  const found = CHECKED_ADDRESSES.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`nothing says how to judge ${key}`);
  return found;
}
