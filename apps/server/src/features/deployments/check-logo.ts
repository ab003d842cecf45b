import type { EnvironmentSettings } from "@tallystick/contract";

import type { Queryable } from "../../infra/database.ts";
import { fail } from "../../infra/errors.ts";
import { isLogo } from "./logo-store.ts";

export type Logo = NonNullable<EnvironmentSettings["brand"]["logo"]>;

/** A setting may only name a logo that this company has uploaded. Throws `setting_invalid`. */
export async function checkLogo(db: Queryable, companyId: string, logo: Logo): Promise<void> {
  if (await isLogo(db, companyId, logo)) return;
  throw fail(
    "setting_invalid",
    "brand.logo: names no logo that was uploaded. Upload a PNG (PUT …/logo, or tallystick deployment logo), which sets it; null takes it away.",
  );
}
