import type { GoLiveKey } from "@tallystick/contract";

import type { Environment } from "../../../frame/search.ts";
import type { Tab } from "../search.ts";

export interface MendPlace {
  readonly env: Environment;
  readonly tab: Tab;
  readonly title: string;
}

const SETTINGS: MendPlace = { env: "production", tab: "settings", title: "Settings of Production" };
const WEBHOOK: MendPlace = { env: "production", tab: "webhook", title: "Webhook of Production" };
const TRY: MendPlace = { env: "test", tab: "integrate", title: "Integrate" };

/** Where in the dashboard an item is closed; absent: on the server, or by a server of the lender's. */
const PLACES: Partial<Record<GoLiveKey, MendPlace | "team">> = {
  two_admins: "team",
  brand: SETTINGS,
  languages: SETTINGS,
  languages_reviewed: SETTINGS,
  privacy_policy: SETTINGS,
  completion_url: SETTINGS,
  cancellation_url: SETTINGS,
  expiry_url: SETTINGS,
  same_assessment: SETTINGS,
  webhook_verified: WEBHOOK,
  webhooks_apart: WEBHOOK,
  keys_apart: { env: "production", tab: "keys", title: "Keys of Production" },
  test_journey: TRY,
  duplicate_refused: TRY,
};

export function placeToMend(key: GoLiveKey): MendPlace | "team" | null {
  return PLACES[key] ?? null;
}
