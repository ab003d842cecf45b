export interface DemoOptions {
  readonly applicants: number;
  readonly json: boolean;
}

export const USAGE = `Plays the whole job without a person: a fresh server, sessions over HTTP, simulated applicants,
webhooks verified by the client library, and a table of results.

  npm run demo                               5 applicants, a table
  npm run demo -- --applicants 20 --json     one JSON document on stdout
  npm run --silent demo -- --json            the same without npm's own two lines before it

Exit code 0 only when every result was read back from a verified webhook.
`;

const MOST = 2000;

/** Throws with a sentence for the person who typed it. Null: help was asked for. */
export function parseOptions(words: readonly string[]): DemoOptions | null {
  let applicants = 5;
  let json = false;
  for (let at = 0; at < words.length; at += 1) {
    const [name, inline] = (words[at] ?? "").split("=", 2);
    if (name === "--help" || name === "-h") return null;
    if (name === "--json") json = true;
    else if (name === "--applicants") {
      applicants = Number(inline ?? words[(at += 1)]);
      if (!Number.isInteger(applicants) || applicants < 1 || applicants > MOST) {
        throw new Error(`--applicants takes a whole number from 1 to ${MOST}.`);
      }
    } else throw new Error(`Unknown option ${name}. Try: npm run demo -- --help`);
  }
  return { applicants, json };
}
