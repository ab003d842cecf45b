import type { z } from "zod";

const MAX_EXPLAINED = 3;

/**
 * One sentence per wrong member (at most three): which, what it is, what it should be. Never quotes a value. `whole`:
 * what the document itself is called.
 */
export function explainIssues(error: z.ZodError, input: unknown, whole = "The body"): string {
  return error.issues
    .slice(0, MAX_EXPLAINED)
    .map((issue) => explainIssue(issue, input, whole))
    .join("; ");
}

function explainIssue(issue: z.core.$ZodIssue, input: unknown, whole: string): string {
  const name = issue.path.length === 0 ? whole : issue.path.map(String).join(".");
  const value = valueAt(input, issue.path);
  switch (issue.code) {
    case "invalid_type":
      return value === undefined
        ? `${name}: is missing; expected ${article(issue.expected)}`
        : `${name}: is ${kindOf(value)}; expected ${article(issue.expected)}${hint(issue.expected, value)}`;
    case "too_small":
    case "too_big":
      return `${name}: ${size(issue)}`;
    case "invalid_value":
      return `${name}: takes one of ${issue.values.map(String).join(", ")}`;
    case "unrecognized_keys":
      return `${name}: does not know ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
    case "invalid_key":
    case "invalid_element":
      return `${name}: ${issue.issues[0] ? explainIssue({ ...issue.issues[0], path: [] }, value, "").replace(/^: /, "a name in it ") : issue.message}`;
    default:
      return `${name}: ${issue.message}`;
  }
}

function size(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const unit = issue.origin === "string" ? " characters" : issue.origin === "array" ? " entries" : "";
  return issue.code === "too_small"
    ? `takes at least ${String(issue.minimum)}${unit}`
    : `takes at most ${String(issue.maximum)}${unit}`;
}

function hint(expected: string, value: unknown): string {
  if (expected !== "string" || (typeof value !== "number" && typeof value !== "boolean")) return "";
  return "; put it in double quotes";
}

function article(kind: string): string {
  if (kind === "record") return "an object";
  if (kind === "int") return "a whole number";
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return article(typeof value);
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    return Reflect.get(value, key) as unknown;
  }, input);
}
