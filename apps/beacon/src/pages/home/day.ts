/** Epoch seconds of the midnight that began the reader's own day. */
export function dayStartOf(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0) / 1000;
}

/** The reader's own day as file names write it: `2026-11-27`. */
export function fileDayOf(epochS: number): string {
  const date = new Date(epochS * 1000);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}
