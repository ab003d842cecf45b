/** Where and why a text is no JSON. Runs only after `JSON.parse` refused, whose messages differ between engines. */
export interface JsonFault {
  /** Index into the text, in UTF-16 units. */
  readonly position: number;
  readonly reason: string;
}

type Expected = "value" | "value_or_close" | "key" | "key_or_close" | "colon" | "comma_or_close" | "end";

const LITERAL = /(?:true|false|null)(?![A-Za-z0-9_])|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
const SPACE = /[ \t\n\r]*/y;
// Everything up to the first character a string may not hold as it is, or its closing quote.
// eslint-disable-next-line no-control-regex -- control characters are exactly what JSON strings may not hold
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;

/** The first fault, or null when the text is JSON after all. */
export function findJsonFault(text: string): JsonFault | null {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  let position = skipSpace(text, 0);
  while (position < text.length) {
    const char = text.charAt(position);
    const step = read(text, position, { char, expected, container: open.at(-1) });
    if ("reason" in step) return step;
    if (step.opens) open.push(step.opens);
    if (step.closes) open.pop();
    expected = step.next ?? (open.length > 0 ? "comma_or_close" : "end");
    position = skipSpace(text, step.end);
  }
  return expected === "end" ? null : { position, reason: `the text ends here, but ${wanted(expected, open.at(-1))}` };
}

/** `line 3, column 14`, both from 1. */
export function describePosition(text: string, position: number): string {
  const before = text.slice(0, position).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}

interface Step {
  readonly end: number;
  /** What comes next; null: whatever the container (if any) wants after a value. */
  readonly next: Expected | null;
  readonly opens?: "{" | "[";
  readonly closes?: true;
}

interface Place {
  readonly char: string;
  readonly expected: Expected;
  readonly container: "{" | "[" | undefined;
}

function read(text: string, position: number, place: Place): Step | JsonFault {
  const { char, expected, container } = place;
  switch (expected) {
    case "value":
    case "value_or_close":
      if (char === "]" && expected === "value_or_close") return { end: position + 1, next: null, closes: true };
      return readValue(text, position, place);
    case "key":
    case "key_or_close":
      if (char === "}" && expected === "key_or_close") return { end: position + 1, next: null, closes: true };
      return char === '"' ? readString(text, position, "colon") : { position, reason: misplaced(place) };
    case "colon":
      return char === ":" ? { end: position + 1, next: "value" } : { position, reason: misplaced(place) };
    case "comma_or_close":
      if (char === ",") return { end: position + 1, next: container === "{" ? "key" : "value" };
      if (char === (container === "{" ? "}" : "]")) return { end: position + 1, next: null, closes: true };
      return { position, reason: misplaced(place) };
    case "end":
      return { position, reason: "the JSON value ended before this character" };
  }
}

function readValue(text: string, position: number, place: Place): Step | JsonFault {
  if (place.char === "{") return { end: position + 1, next: "key_or_close", opens: "{" };
  if (place.char === "[") return { end: position + 1, next: "value_or_close", opens: "[" };
  if (place.char === '"') return readString(text, position, null);
  LITERAL.lastIndex = position;
  const literal = LITERAL.exec(text);
  if (literal) return { end: LITERAL.lastIndex, next: null };
  return { position, reason: misplaced(place) };
}

function readString(text: string, position: number, next: Expected | null): Step | JsonFault {
  STRING.lastIndex = position;
  STRING.exec(text);
  const end = STRING.lastIndex;
  const char = text.charAt(end);
  if (char === '"') return { end: end + 1, next };
  if (char === "") return { position, reason: "the string that begins here has no closing quote" };
  if (char === "\\") return { position: end, reason: "this is no escape that JSON knows" };
  return { position: end, reason: "a line break or control character inside a string must be written as an escape" };
}

function misplaced(place: Place): string {
  const { char, expected, container } = place;
  if (char === "'") return "text needs double quotes";
  if ((expected === "key" && char === "}") || (expected === "value" && char === "]")) {
    return `no comma may stand before the closing ${char}`;
  }
  return wanted(expected, container);
}

function wanted(expected: Expected, container: "{" | "[" | undefined): string {
  switch (expected) {
    case "value":
    case "value_or_close":
      return "a value is expected";
    case "key":
    case "key_or_close":
      return "a member name in double quotes is expected";
    case "colon":
      return "a colon is expected";
    case "comma_or_close":
      return container === "{" ? "a comma or } is expected" : "a comma or ] is expected";
    case "end":
      return "nothing more is expected";
  }
}

function skipSpace(text: string, position: number): number {
  SPACE.lastIndex = position;
  SPACE.exec(text);
  return SPACE.lastIndex;
}
