import type { EnvironmentSettings } from "@tallystick/contract";

import type { Queryable } from "../../infra/database.ts";
import { fail } from "../../infra/errors.ts";
import { findLogo, isLogo } from "./logo-store.ts";

export type Logo = NonNullable<EnvironmentSettings["brand"]["logo"]>;

/** Of a picture as we keep it. Both were written by us: a PNG begins with 0x89, a drawing with `<svg`. */
export function formatOf(image: Buffer): Logo["format"] {
  return image[0] === 0x89 ? "png" : "svg";
}

/** A setting may only name a logo that this company has uploaded. Throws `setting_invalid`. */
export async function checkLogo(db: Queryable, companyId: string, logo: Logo): Promise<void> {
  const { id, width, height } = logo;
  if (await isLogo(db, companyId, { id, width, height })) {
    const image = await findLogo(db, companyId, id);
    if (image !== null && formatOf(image) === logo.format) return;
  }
  throw fail(
    "setting_invalid",
    "brand.logo: names no logo that was uploaded. Upload a PNG or SVG (PUT …/logo, or tallystick deployment logo), which sets it; null takes it away.",
  );
}
