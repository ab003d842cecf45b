/** One place at which two documents differ; `undefined` where one of them has nothing. */
export interface Difference {
  /** Members joined by dots; an entry of a list that has a key is named by it: `traits.patience.weight`. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Every place at which two JSON documents differ, in the order of the first one. */
export function differences(from: unknown, to: unknown, path = ""): readonly Difference[] {
  const [ours, theirs] = [members(from), members(to)];
  if (ours === null || theirs === null) return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, from, to }];
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  return [...names].flatMap((name) =>
    differences(ours.get(name), theirs.get(name), path === "" ? name : `${path}.${name}`),
  );
}

/** Null for what has no members. */
function members(value: unknown): ReadonlyMap<string, unknown> | null {
  if (typeof value !== "object" || value === null) return null;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(value.map((entry: unknown, index) => [nameOf(entry) ?? String(index), entry]));
}

function nameOf(entry: unknown): string | null {
  if (typeof entry !== "object" || entry === null) return null;
  if ("key" in entry && typeof entry.key === "string") return entry.key;
  return "a" in entry && "b" in entry ? `${String(entry.a)}~${String(entry.b)}` : null;
}
