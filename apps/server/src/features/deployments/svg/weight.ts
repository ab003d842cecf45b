import type { SvgNode } from "./svg-node.ts";

/** How many elements a browser draws when it follows every reference; a number, or why there is none. */
export function drawnElements(
  root: SvgNode,
  ids: ReadonlyMap<string, SvgNode>,
  most: number,
): number | "circle" | "too_many" {
  // null while a node is being counted: who meets it again from inside stands in a circle.
  const known = new Map<SvgNode, number | null>();
  const count = (node: SvgNode): number => {
    const before = known.get(node);
    if (before === null) throw new Circle();
    if (before !== undefined) return before;
    known.set(node, null);
    const targets = node.points.flatMap((id) => ids.get(id) ?? []);
    // Held down to `most` + 1, so that no sum overflows.
    const sum = [...node.children, ...targets].reduce((total, next) => Math.min(most + 1, total + count(next)), 1);
    known.set(node, sum);
    return sum;
  };
  try {
    const drawn = count(root);
    return drawn > most ? "too_many" : drawn;
  } catch (error) {
    if (error instanceof Circle) return "circle";
    throw error;
  }
}

class Circle extends Error {}
