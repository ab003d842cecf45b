/** Nested counts: what a day is stored as. Days are added up by adding every number at its place. */
export interface Counts {
  [key: string]: number | Counts;
}

/** Without a prototype: keys come from stored rows, and `__proto__` is one like another. */
export function newCounts(): Counts {
  return Object.create(null) as Counts;
}

/** Adds `by` at the place that `path` names, making the way there. */
export function bump(counts: Counts, path: readonly string[], by: number): void {
  const last = path.at(-1);
  if (last === undefined) throw new Error("a count needs a place");
  const parent = path.slice(0, -1).reduce((at, key) => branch(at, key), counts);
  parent[last] = numberOf(parent[last]) + by;
}

/** Adds every number of `more` to `sum`. */
export function addCounts(sum: Counts, more: Counts): void {
  for (const [key, value] of Object.entries(more)) {
    if (typeof value === "number") sum[key] = numberOf(sum[key]) + value;
    else addCounts(branch(sum, key), value);
  }
}

/** The same without the branches of this name, wherever they stand. */
export function without(counts: Counts, name: string): Counts {
  const kept = newCounts();
  for (const [key, value] of Object.entries(counts)) {
    if (typeof value === "number") kept[key] = value;
    else if (key !== name) kept[key] = without(value, name);
  }
  return kept;
}

/** What lies below; nothing where nothing was counted. */
export function below(counts: Counts, ...path: readonly string[]): Counts {
  return path.reduce<Counts>((at, key) => {
    const value = at[key];
    return value === undefined || typeof value === "number" ? newCounts() : value;
  }, counts);
}

/** The number at a place; 0 where nothing was counted. */
export function countAt(counts: Counts, ...path: readonly string[]): number {
  const last = path.at(-1);
  return last === undefined ? 0 : numberOf(below(counts, ...path.slice(0, -1))[last]);
}

/** The entries that are numbers. */
export function leaves(counts: Counts): readonly (readonly [key: string, count: number])[] {
  return Object.entries(counts).flatMap(([key, value]) => (typeof value === "number" ? [[key, value] as const] : []));
}

/** The entries that are not. */
export function branches(counts: Counts): readonly (readonly [key: string, counts: Counts])[] {
  return Object.entries(counts).flatMap(([key, value]) => (typeof value === "number" ? [] : [[key, value] as const]));
}

export function total(counts: Counts): number {
  return leaves(counts).reduce((sum, [, count]) => sum + count, 0);
}

function branch(at: Counts, key: string): Counts {
  const value = at[key];
  if (value !== undefined && typeof value !== "number") return value;
  const fresh = newCounts();
  at[key] = fresh;
  return fresh;
}

function numberOf(value: number | Counts | undefined): number {
  return typeof value === "number" ? value : 0;
}
