import type { AnswerOf } from "../../api/types.ts";
import { formatNumber, formatShare } from "../../kit/format.ts";

export type Monitoring = AnswerOf<"GET_MONITORING">;

/** In percent to one digit, for tables and files; null of nothing. */
export function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1000) / 10;
}

/** `344 · 96.9 %`; of nothing only the number. */
export function countAndShare(part: number, whole: number): string {
  return whole === 0 ? formatNumber(part) : `${formatNumber(part)} · ${formatShare(part / whole)}`;
}

/** `4–5`, `< 3`, `60–1440`: where a bin of seconds lies, in minutes, and from an hour on in words. */
export function minutesLabel({ from, to }: { readonly from: number; readonly to: number | null }): string {
  const minutes = from / 60;
  if (from === 0) return to === null ? "all" : `<${to / 60}`;
  if (to === null) return from >= 86_400 ? `>${from / 86_400} d` : `>${minutes}`;
  return to >= 86_400 ? `<${to / 86_400} d` : `${minutes}–${to / 60}`;
}

interface Bin {
  readonly from: number;
  readonly to: number;
}

type Measured = Pick<Monitoring["drift"]["models"][number]["measures"][number], "key"> & {
  readonly bins: readonly (Bin & { readonly expected: number })[];
};

/**
 * Share of the norm population, 0 to 1, with values from `from` to `to`, both included; null where no result was compared
 * with a norm. Traits are compared two stens at a time, because their measures take few values: of one sten it is half of
 * its pair. The same for every model version, since scores are percentiles and stens normal by their definition.
 */
export function expectedShare(
  drift: { readonly models: readonly { readonly measures: readonly Measured[] }[] },
  key: string,
  { from, to }: Bin,
): number | null {
  const measure = drift.models.flatMap(({ measures }) => measures).find((one) => one.key === key);
  const bin = measure?.bins.find((one) => one.from <= from && to <= one.to);
  return bin === undefined ? null : (bin.expected * (to - from + 1)) / (bin.to - bin.from + 1);
}
