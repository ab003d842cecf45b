/**
 * A drawing read as strict XML and written anew from what is allowed: no script, no handler, no reference out of the
 * file, no document type. What nobody sees is left out; what would be missed is refused with the way to mend it.
 */
import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS } from "saxes";

import {
  allowedValue,
  ATTRIBUTES,
  ELEMENTS,
  isId,
  REFUSED,
  STYLE_PROPERTIES,
  SVG_NAMESPACE,
  UNSEEN,
  XLINK_NAMESPACE,
} from "./allowed.ts";
import type { SvgNode } from "./svg-node.ts";
import { drawnElements } from "./weight.ts";

/** Why a drawing is refused, as the end of "The logo …". */
export class SvgRefused extends Error {}

const MAX_ELEMENTS = 2_000;
const MAX_DEPTH = 64;
/** Elements a phone draws with every `use` followed: a few lines of nested ones are a million shapes. */
const MAX_DRAWN = 20_000;

/** The root as it is kept, every value judged. Throws SvgRefused. */
export function sanitisedTree(text: string): SvgNode {
  const root = parse(text);
  const ids = idsOf(root);
  const lost = pointsIn(root).find((id) => !ids.has(id));
  if (lost !== undefined) throw new SvgRefused(`points to #${lost}, which is not in the file or not allowed there`);
  const drawn = drawnElements(root, ids, MAX_DRAWN);
  if (drawn === "circle") throw new SvgRefused("points to itself in a circle");
  if (drawn === "too_many") throw new SvgRefused(`draws more than ${MAX_DRAWN} shapes; simplify it, or send a PNG`);
  return root;
}

/** As XML of its own, without a declaration. */
export function writtenAnew(node: SvgNode): string {
  const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
  const inside = node.children.map(writtenAnew).join("");
  return inside === "" ? `<${node.name}${attributes}/>` : `<${node.name}${attributes}>${inside}</${node.name}>`;
}

function parse(text: string): SvgNode {
  const parser = new SaxesParser({ xmlns: true });
  const open: (SvgNode | null)[] = [];
  let root: SvgNode | null = null;
  let count = 0;
  parser.on("error", (error) => {
    // Once it has thrown, the parser is not asked again. A prefix without a namespace is an error as well.
    throw new SvgRefused(`is an SVG file that is damaged: ${error.message.replace(/^[^a-z]*/i, "").slice(0, 120)}`);
  });
  parser.on("xmldecl", ({ encoding }) => {
    if (encoding !== undefined && !/^(utf-8|us-ascii)$/i.test(encoding)) {
      throw new SvgRefused(`says it is written in ${encoding.slice(0, 40)}; save it as UTF-8`);
    }
  });
  parser.on("doctype", (type) => {
    // The type by itself is harmless and left out; what stands in its brackets could define entities.
    if (type.includes("[")) throw new SvgRefused("holds a document type with definitions; save it without");
  });
  parser.on("opentag", (tag) => {
    count += 1;
    if (count > MAX_ELEMENTS)
      throw new SvgRefused(`has more than ${MAX_ELEMENTS} elements; simplify it, or send a PNG`);
    if (open.length >= MAX_DEPTH) throw new SvgRefused(`is nested more than ${MAX_DEPTH} deep; ungroup its shapes`);
    const parent = open.at(-1);
    const node = parent === null ? null : keep(tag, open.length === 0);
    if (node !== null) {
      if (parent === undefined) root = node;
      else parent?.children.push(node);
    }
    open.push(node);
  });
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(text).close();
  if (root === null) throw new SvgRefused("is no SVG file: it does not begin with <svg>");
  return root;
}

/** null = left out with everything in it. */
function keep(tag: SaxesTagNS, isRoot: boolean): SvgNode | null {
  const isDrawing = tag.uri === SVG_NAMESPACE || tag.uri === "";
  if (isRoot !== (isDrawing && tag.local === "svg")) {
    if (!isRoot) throw new SvgRefused("holds another <svg> inside; flatten it");
    throw new SvgRefused("is no SVG file: it does not begin with <svg>");
  }
  // What drawing programs keep for themselves.
  if (!isDrawing || UNSEEN.has(tag.local)) return null;
  const why = Object.hasOwn(REFUSED, tag.local) ? REFUSED[tag.local] : undefined;
  if (why !== undefined) throw new SvgRefused(why);
  if (!ELEMENTS.has(tag.local)) throw new SvgRefused(`holds <${tag.local.slice(0, 40)}>, which a logo may not`);
  const node: SvgNode = { name: tag.local, attributes: new Map(), points: [], children: [] };
  const attributes = Object.values(tag.attributes);
  for (const attribute of attributes) keepAttribute(node, attribute);
  // `style` wins over attributes of the same name, so it comes last.
  const style = attributes.find(({ uri, local }) => uri === "" && local === "style");
  if (style !== undefined) keepStyle(node, style.value);
  return node;
}

function keepAttribute(node: SvgNode, { uri, local, value }: SaxesAttributeNS): void {
  if (/^on/i.test(local)) throw new SvgRefused(`holds an event handler (${local.slice(0, 40)})`);
  if (local === "href" && (uri === "" || uri === XLINK_NAMESPACE)) {
    const id = value.trim().slice(1);
    if (!value.trim().startsWith("#") || !isId(id)) {
      throw new SvgRefused(`holds a reference out of the file (href of <${node.name}>)`);
    }
    node.attributes.set("href", `#${id}`);
    node.points.push(id);
    return;
  }
  if (uri !== "" || !ATTRIBUTES.has(local)) return;
  if (local === "id") {
    // Names of layers, in any language. Whoever points to one that is left out is refused later.
    if (isId(value)) node.attributes.set("id", value);
    return;
  }
  setValue(node, local, value);
}

function keepStyle(node: SvgNode, style: string): void {
  for (const declaration of style.split(";")) {
    const colon = declaration.indexOf(":");
    const name = declaration.slice(0, colon).trim().toLowerCase();
    if (colon === -1 || !STYLE_PROPERTIES.has(name)) continue;
    setValue(node, name, declaration.slice(colon + 1).replace(/!\s*important\s*$/i, ""));
  }
}

function setValue(node: SvgNode, name: string, given: string): void {
  const allowed = allowedValue(given);
  if (allowed === null) {
    const what = /url/i.test(given) ? "a reference out of the file" : "a value that is not allowed";
    throw new SvgRefused(`holds ${what} (${name} of <${node.name}>)`);
  }
  node.attributes.set(name, allowed.value);
  if (allowed.points !== null) node.points.push(allowed.points);
}

function idsOf(root: SvgNode, found = new Map<string, SvgNode>()): ReadonlyMap<string, SvgNode> {
  const id = root.attributes.get("id");
  if (id !== undefined && found.has(id)) throw new SvgRefused(`has the id ${id} twice`);
  if (id !== undefined) found.set(id, root);
  for (const child of root.children) idsOf(child, found);
  return found;
}

function pointsIn(node: SvgNode): readonly string[] {
  return [...node.points, ...node.children.flatMap(pointsIn)];
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(value: string): string {
  return value.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? "");
}
