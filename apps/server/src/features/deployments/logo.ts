/** A lender's logo: written anew, so that nothing but its picture is kept, and served by its hash. */
import { createHash } from "node:crypto";

import { MAX_LOGO_PIXELS } from "@tallystick/contract";
import { PNG } from "pngjs";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import type { Actor } from "../audit/service.ts";
import { formatOf, type Logo } from "./check-logo.ts";
import { applyChanges, refuseWhenArchived } from "./change-settings.ts";
import { findLogo, insertLogo } from "./logo-store.ts";
import { lockEnvironment } from "./store.ts";
import { svgLogo } from "./svg/logo-svg.ts";
import { SvgRefused } from "./svg/sanitise.ts";
import { unknownDeployment } from "./unknown.ts";

export interface LogoWish {
  readonly companyId: string;
  readonly deploymentId: string;
  readonly kind: "test" | "production";
  /** A PNG or SVG file. */
  readonly image: Buffer;
  readonly actor: Actor;
}

/** Throws `logo_invalid`, `deployment_unknown`, `deployment_archived`. */
export async function setLogo(deps: Deps, wish: LogoWish): Promise<Logo> {
  const { companyId } = wish;
  const { image, width, height } = drawnAnew(wish.image);
  const id = createHash("sha256").update(image).digest("hex").slice(0, 32);
  const logo: Logo = { id, width, height, format: formatOf(image) };
  return deps.db.transaction(async (tx) => {
    const row = await lockEnvironment(tx, wish);
    if (row === null) throw unknownDeployment(wish.deploymentId);
    refuseWhenArchived(row);
    await insertLogo(tx, { companyId, id, width, height, image });
    const { deploymentId, kind, actor } = wish;
    const change = { companyId, deploymentId, kind, actor, settings: { brand: { logo } } };
    await applyChanges(tx, deps, { ...change, row, action: "environment.settings_changed" });
    return logo;
  });
}

export interface LogoFile {
  readonly image: Buffer;
  readonly contentType: "image/png" | "image/svg+xml";
}

/** `file` is `<id>.png` or `<id>.svg`, as what was uploaded. Throws `not_found`. */
export async function readLogo(deps: Deps, companyId: string, file: string): Promise<LogoFile> {
  const [, id, format] = /^([0-9a-f]{32})\.(png|svg)$/.exec(file) ?? [];
  const image = id === undefined ? null : await findLogo(deps.db, companyId, id);
  if (image === null || formatOf(image) !== format) throw fail("not_found", "Nothing is here.");
  return { image, contentType: format === "svg" ? "image/svg+xml" : "image/png" };
}

/** Where an applicant's page finds it, on its own origin. */
export function logoPath(companyId: string, { id, format }: Pick<Logo, "id" | "format">): string {
  return `/brand/${companyId}/${id}.${format}`;
}

const MAX_BYTES = 262_144;
const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

interface Picture {
  readonly image: Buffer;
  readonly width: number;
  readonly height: number;
}

function drawnAnew(file: Buffer): Picture {
  if (file.length > MAX_BYTES) throw refused(`has ${Math.ceil(file.length / 1024)} KiB; it may have 256`);
  if (file.subarray(0, 8).equals(SIGNATURE)) return pngAnew(file);
  // After the mark of UTF-8 and white space: XML begins so, and no other format of pictures does.
  if (!/^(\ufeff|\s)*</.test(file.toString("utf8", 0, 200))) throw refused("is neither a PNG nor an SVG file");
  try {
    return svgLogo(file);
  } catch (error) {
    if (error instanceof SvgRefused) throw refused(error.message, error);
    throw error;
  }
}

function pngAnew(file: Buffer): Picture {
  // The header is judged before anything is unpacked: a few bytes may claim to be a picture of gigabytes.
  if (file.length < 33 || file.toString("latin1", 12, 16) !== "IHDR") {
    throw refused("is a PNG file that is damaged or cut off");
  }
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  if (width < 1 || height < 1 || Math.max(width, height) > MAX_LOGO_PIXELS) {
    throw refused(`is ${width} × ${height} pixels; it may have ${MAX_LOGO_PIXELS} on the longer side`);
  }
  // The decoder unpacks an interlaced picture without a bound on its size.
  if (file[28] !== 0) throw refused("is interlaced; save it without");
  try {
    const { data } = PNG.sync.read(file);
    const picture = new PNG({ width, height });
    data.copy(picture.data);
    return { image: PNG.sync.write(picture), width, height };
  } catch (error) {
    throw refused("is a PNG file that is damaged or cut off", error);
  }
}

function refused(what: string, cause?: unknown): Error {
  return fail("logo_invalid", `The logo ${what}.`, { cause });
}
