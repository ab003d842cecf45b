import { PNG } from "pngjs";
import encodeQR from "qr";

/** ISO/IEC 18004 asks for a quiet zone of four modules; 15 % of the code may be dirty or torn. */
const OPTIONS = { ecc: "medium", border: 4 } as const;

/** The modules of a code row by row, dark ones true, with the quiet zone. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  return encodeQR(text, "raw", OPTIONS);
}

/** The dark modules as one SVG path of horizontal strokes, in a square whose side is as many units as the code has modules. */
export function qrPath(modules: readonly (readonly boolean[])[]): string {
  return modules.flatMap((row, y) => runs(row).map(([x, width]) => `M${x} ${y}h${width}v1h-${width}z`)).join("");
}

/** Black on white whatever stands behind it. */
export function qrSvg(modules: readonly (readonly boolean[])[]): string {
  const size = modules.length;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${qrPath(modules)}"/></svg>\n`
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
