import { MAX_LOGO_PIXELS } from "@tallystick/contract";

import { SVG_NAMESPACE } from "./allowed.ts";
import { sanitisedTree, SvgRefused, writtenAnew } from "./sanitise.ts";
import type { SvgNode } from "./svg-node.ts";

/** Paths of a logo take some kilobytes; every applicant loads it on the first screen. */
export const MAX_SVG_BYTES = 65_536;

export interface SvgLogo {
  readonly image: Buffer;
  /** CSS pixels, whole, 1 to MAX_LOGO_PIXELS. */
  readonly width: number;
  readonly height: number;
}

/** The drawing as it is kept and served. Throws SvgRefused. */
export function svgLogo(file: Buffer): SvgLogo {
  if (file.length > MAX_SVG_BYTES) {
    throw new SvgRefused(`is an SVG of ${Math.ceil(file.length / 1024)} KiB; it may have ${MAX_SVG_BYTES / 1024}`);
  }
  const root = sanitisedTree(textOf(file));
  const box = boxOf(root);
  const { width, height } = sizeOf(root, box);
  const attributes = new Map([["xmlns", SVG_NAMESPACE], ...root.attributes]);
  attributes.set("width", String(width));
  attributes.set("height", String(height));
  attributes.set("viewBox", box.join(" "));
  return { image: Buffer.from(writtenAnew({ ...root, attributes })), width, height };
}

function textOf(file: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    throw new SvgRefused("is not written in UTF-8; save it so");
  }
}

type Box = readonly [number, number, number, number];

function boxOf(root: SvgNode): Box {
  const given = root.attributes.get("viewBox");
  const parts = given?.split(/[ ,]+/).map(Number) ?? [];
  const [x = 0, y = 0, width = lengthOf(root, "width"), height = lengthOf(root, "height")] = parts;
  if ((given !== undefined && parts.length !== 4) || ![x, y].every(Number.isFinite) || !(width > 0 && height > 0)) {
    throw new SvgRefused("has no size; give <svg> a viewBox, or a width and a height");
  }
  if (![x, y, width, height].every((part) => Math.abs(part) <= 1e6))
    throw new SvgRefused("has a size beyond 1 000 000");
  return [x, y, width, height];
}

/** NaN for what is no plain number of pixels, such as `100%` or `20mm`: the view box has the proportions. */
function lengthOf(root: SvgNode, name: "width" | "height"): number {
  const [, number] = /^(\d+(?:\.\d+)?)(?:px)?$/.exec(root.attributes.get(name) ?? "") ?? [];
  return number === undefined ? Number.NaN : Number(number);
}

/** Shrunk into the bounds: lines do not mind. */
function sizeOf(root: SvgNode, [, , boxWidth, boxHeight]: Box): { readonly width: number; readonly height: number } {
  const own = [lengthOf(root, "width"), lengthOf(root, "height")];
  const [width = 0, height = 0] = own.every((length) => length > 0) ? own : [boxWidth, boxHeight];
  const scale = Math.min(1, MAX_LOGO_PIXELS / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
