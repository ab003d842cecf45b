/** Advice about a deployment's name. It refuses nothing: the lender knows its products, we know what gets mixed up. */

export interface Advice {
  readonly code: "name_like_another" | "name_names_environment" | "name_long";
  readonly detail: string;
}

const LONG = 40;
const ENVIRONMENT_WORDS = new Set(["test", "testing", "prod", "production", "live", "sandbox", "staging", "uat"]);

/** `others`: names of the company's other deployments, archived ones too, whose results are still found by name. */
export function nameAdvice(name: string, others: readonly string[]): readonly Advice[] {
  return [...likeAnother(name, others), ...namesEnvironment(name), ...isLong(name)];
}

function likeAnother(name: string, others: readonly string[]): readonly Advice[] {
  const near = others.find((other) => other !== name && areAlike(name, other));
  if (near === undefined) return [];
  return [
    {
      code: "name_like_another",
      detail: `"${name}" is easily taken for "${near}", and a result looked for in the wrong deployment seems lost; a difference of a whole word is seen.`,
    },
  ];
}

function namesEnvironment(name: string): readonly Advice[] {
  const word = wordsOf(name).find((part) => ENVIRONMENT_WORDS.has(part));
  if (word === undefined) return [];
  return [
    {
      code: "name_names_environment",
      detail: `Every deployment has a Test and a Production side, so "${word}" in its name will be wrong on one of them; name the product instead, such as "Personal loans".`,
    },
  ];
}

function isLong(name: string): readonly Advice[] {
  const { length } = name;
  if (length <= LONG) return [];
  return [
    { code: "name_long", detail: `The name has ${length} characters; lists show the first ${LONG} or so of them.` },
  ];
}

/** Same letters and digits, or at most one typing slip apart (names of five and more). */
function areAlike(a: string, b: string): boolean {
  const [one, two] = [wordsOf(a).join(""), wordsOf(b).join("")];
  if (one === two) return true;
  const shorter = Math.min(one.length, two.length);
  return shorter >= 5 && slipsApart(one, two) <= (shorter >= 12 ? 2 : 1);
}

function wordsOf(name: string): string[] {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function slipsApart(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (rows[i - 1]?.[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, (rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
