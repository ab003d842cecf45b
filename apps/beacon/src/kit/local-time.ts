/** What `<input type="datetime-local">` holds, in the reader's zone, against epoch seconds. */

/** `2026-11-27T09:30`; empty for no time. */
export function toLocalInput(epochS: number | undefined): string {
  if (epochS === undefined) return "";
  const date = new Date(epochS * 1000);
  const [year, month, day, hour, minute] = [
    date.getFullYear(),
    date.getMonth() + 1,
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
  ].map((part, index) => String(part).padStart(index === 0 ? 4 : 2, "0"));
  return `${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour ?? ""}:${minute ?? ""}`;
}

/** Epoch seconds, or undefined for nothing or half a time. */
export function fromLocalInput(text: string): number | undefined {
  const epochMs = new Date(text).getTime();
  return Number.isNaN(epochMs) || epochMs < 0 ? undefined : Math.floor(epochMs / 1000);
}
