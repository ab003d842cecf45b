import { describe, expect, test } from "vitest";

import { SETTING_GUIDE } from "./setting-guide.ts";
import { environmentSettingsSchema, webhookUrlSchema } from "./settings.ts";

describe("the help of a setting", () => {
  test.each(Object.keys(environmentSettingsSchema.shape))("%s has one, and its example is accepted", (name) => {
    const help = SETTING_GUIDE[name];
    expect(help?.why.length).toBeGreaterThan(20);
    const value: unknown = JSON.parse(help?.example ?? "");
    expect(environmentSettingsSchema.safeParse({ [name]: value }).error).toBeUndefined();
  });

  test("the webhook URL has one", () => {
    const value: unknown = JSON.parse(SETTING_GUIDE["webhook_url"]?.example ?? "");
    expect(webhookUrlSchema.safeParse(value).success).toBe(true);
  });
});
