/** "Friday 4 December at 18:30", by the device's clock and zone. `seconds`: epoch seconds. */
export function formatMoment(language: string, seconds: number): string {
  return new Intl.DateTimeFormat(language, {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "numeric",
    minute: "2-digit",
  }).format(seconds * 1000);
}
