import { PNG } from "pngjs";
import encodeQR from "qr";

import type { Deps } from "../../infra/deps.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { sessionIn } from "../sessions/service.ts";
import { linkUrl } from "./batches.ts";

/** ISO/IEC 18004 asks for a quiet zone of four modules; 15 % of the code may be dirty or torn. */
const OPTIONS = { ecc: "medium", border: 4 } as const;

/** The modules of a code row by row, dark ones true, with the quiet zone. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  return encodeQR(text, "raw", OPTIONS);
}

/** The code of a session's link. Throws `session_unknown`. */
export async function drawLink(
  deps: Deps,
  environment: EnvironmentAccess,
  wish: { readonly sessionId: string; readonly format: "svg" | "png"; readonly scale: number },
): Promise<{ readonly type: string; readonly body: string | Buffer }> {
  const { linkCode } = await sessionIn(deps, { environment, name: { sessionId: wish.sessionId } });
  const modules = qrModules(linkUrl(deps, linkCode));
  return wish.format === "png"
    ? { type: "image/png", body: qrPng(modules, wish.scale) }
    : { type: "image/svg+xml", body: qrSvg(modules) };
}

/** One path of horizontal strokes, black on white whatever stands behind it. */
export function qrSvg(modules: readonly (readonly boolean[])[]): string {
  const size = modules.length;
  const path = modules.flatMap((row, y) => runs(row).map(([x, width]) => `M${x} ${y}h${width}v1h-${width}z`)).join("");
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>\n`
  );
}

/** Eight-bit grey, `scale` pixels a module. */
export function qrPng(modules: readonly (readonly boolean[])[], scale: number): Buffer {
  const size = modules.length * scale;
  const png = new PNG({ width: size, height: size });
  png.data.fill(0xff);
  for (const [y, row] of modules.entries()) {
    for (const [x, width] of runs(row)) {
      for (let line = y * scale; line < (y + 1) * scale; line += 1) {
        for (let pixel = x * scale; pixel < (x + width) * scale; pixel += 1) {
          png.data.fill(0, (line * size + pixel) * 4, (line * size + pixel) * 4 + 3);
        }
      }
    }
  }
  return PNG.sync.write(png, { colorType: 0 });
}

/** Dark modules side by side as [first, how many]. */
export function runs(row: readonly boolean[]): readonly (readonly [x: number, width: number])[] {
  const found: [number, number][] = [];
  for (const [x, isDark] of row.entries()) {
    const last = found.at(-1);
    if (!isDark) continue;
    if (last !== undefined && last[0] + last[1] === x) last[1] += 1;
    else found.push([x, 1]);
  }
  return found;
}
