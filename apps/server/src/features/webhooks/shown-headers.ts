/** Headers of an attempt, as people may see them. */

const SHOWN_OF_SIGNATURE = 8;

/** Whole, a signature and its body could be sent to the receiver by whoever reads the log. The end is enough to compare. */
export function withoutSignatures(headers: Readonly<Record<string, string>>): Record<string, string> {
  const cut = (value: string): string => `…${value.slice(-SHOWN_OF_SIGNATURE)}`;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      /signature/i.test(name) ? value.split(" ").map(cut).join(" ") : value,
    ]),
  );
}

/** What an answer set in a browser is nobody's business here. */
export function withoutCookies(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "set-cookie"));
}
