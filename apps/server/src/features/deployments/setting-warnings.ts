import { accentPalette, repairedSchemes } from "@tallystick/contract";

import type { SettingsPatch } from "./settings.ts";

/** Something about a setting to look at, which did not stop the change. */
export interface SettingWarning {
  readonly code: "accent_repaired";
  readonly detail: string;
}

/** What whoever sets these members should know. The values have been judged before. */
export function warningsAbout(patch: SettingsPatch): readonly SettingWarning[] {
  const accent = patch.brand?.accent ?? null;
  if (accent === null) return [];
  const palette = accentPalette(accent);
  return repairedSchemes(accent).map((scheme) => ({
    code: "accent_repaired",
    detail:
      `brand.accent: ${accent} can not be told from the page in the ${scheme} colour scheme (contrast under 3:1), ` +
      `so buttons there are ${palette[scheme].fill}. The setting stays as you gave it.`,
  }));
}
