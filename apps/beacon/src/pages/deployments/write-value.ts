/** A setting's value as people read it: `none`, `yes`, `es, en`, `accent #1a5fb4, logo none`. */
export function writeValue(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value === "" ? "empty" : value;
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map((one) => writeValue(one)).join(", ");
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([name, inner]) => `${name.replaceAll("_", " ")} ${isNested(inner) ? "set" : writeValue(inner)}`)
      .join(", ");
  }
  return JSON.stringify(value);
}

/** The id and size of a logo tell nobody anything. */
function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Both sides of a change. Of a setting with members only those that differ, so that one sees what changed. */
export function writeChange(from: unknown, to: unknown): readonly [from: string, to: string] {
  if (!isNested(from) || !isNested(to)) return [writeValue(from), writeValue(to)];
  const [before, after] = [from as Record<string, unknown>, to as Record<string, unknown>];
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const only = (side: Record<string, unknown>): string =>
    writeValue(Object.fromEntries(names.map((name) => [name, side[name]])));
  return [only(before), only(after)];
}
