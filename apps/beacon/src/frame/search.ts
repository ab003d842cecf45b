/** Everything one set stands in the address: a view can be sent to a colleague, and the way back leads back. */

export type Raw = Readonly<Record<string, unknown>>;
export type Environment = "test" | "production";

/** A plain query string, `a=b&c=d`: readable, and typed by hand if need be. Empty values are left out. */
export function writeQuery(search: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(search)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([key, value]) => [key, Array.isArray(value) ? value.join(",") : String(value)]);
  const text = new URLSearchParams(pairs).toString().replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}

export function readQuery(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function textOf(raw: Raw, key: string): string | undefined {
  const value = raw[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** One of the names, or undefined: what an address says is never believed. */
export function oneOf<Name extends string>(raw: Raw, key: string, names: readonly Name[]): Name | undefined {
  return names.find((name) => name === raw[key]);
}

/** Several of the names, with commas between them; undefined when none is left. */
export function someOf<Name extends string>(
  raw: Raw,
  key: string,
  names: readonly Name[],
): readonly Name[] | undefined {
  const value = raw[key];
  const given: readonly unknown[] = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [];
  const known = names.filter((name) => given.includes(name));
  return known.length > 0 ? known : undefined;
}

/** Whole numbers of epoch seconds or of anything else. */
export function numberOf(raw: Raw, key: string): number | undefined {
  const value = Number(raw[key] ?? Number.NaN);
  return Number.isInteger(value) ? value : undefined;
}

export const ENVIRONMENTS = ["test", "production"] as const;
