/** To 1e-6, without negative zero: exp and log may differ between engines in the last bits, stored values must not. */
export function round6(value: number): number {
  const rounded = Math.round(value * 1e6) / 1e6;
  return rounded === 0 ? 0 : rounded;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** As percentages go out on the wire: a decimal string, a dot, no exponent. */
export function decimalString(value: number): string {
  return String(round6(value));
}
