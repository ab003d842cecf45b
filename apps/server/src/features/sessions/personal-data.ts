/**
 * Shapes that look like personal data. They warn, because real customer numbers can look like phones; only an
 * environment set to `strict` refuses them.
 */
export type PersonalShape = "a phone number" | "a birth date" | "a card number" | "an e-mail address";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const EIGHT_DIGITS = /(?:\d\D*){8}/;
const EMAIL = /[^\s@]@[^\s@]+\.[^\s@]/;
const MIN_AGE = 14;
const MAX_AGE = 110;

/** The first shape found in an identifier (separators `-` and `_`), or null. `year` is the current one. */
export function personalShapeOfUid(uid: string, year: number): PersonalShape | null {
  // Every shape has eight digits or more; most identifiers have fewer and are done here.
  if (!EIGHT_DIGITS.test(uid) || UUID.test(uid)) return null;
  return shapeOf(uid.split(/[-_]/), year);
}

/** The same for free text such as a metadata value. */
export function personalShapeOfText(text: string, year: number): PersonalShape | null {
  if (EMAIL.test(text)) return "an e-mail address";
  if (!EIGHT_DIGITS.test(text) || UUID.test(text.trim())) return null;
  return shapeOf(text.split(/[^\p{L}\p{N}+]+/u), year);
}

function shapeOf(parts: readonly string[], year: number): PersonalShape | null {
  const tokens = parts.filter((part) => part !== "");
  const runs = digitRuns(tokens);
  if (runs.some((run) => isCard(run.join("")))) return "a card number";
  if (runs.some((run) => isBirthDate(run, year))) return "a birth date";
  if (runs.some((run) => isPhone(run))) return "a phone number";
  return null;
}

/** Neighbouring tokens of digits alone (a leading + allowed), as written groups of one number. */
function digitRuns(tokens: readonly string[]): readonly (readonly string[])[] {
  const runs: string[][] = [[]];
  for (const token of tokens) {
    if (/^\+?\d+$/.test(token)) runs.at(-1)?.push(token.replace("+", ""));
    else runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

/** 10 to 15 digits (ITU-T E.164 allows 15); three leading zeros are padding of a running number, not a dial prefix. */
function isPhone(run: readonly string[]): boolean {
  const digits = run.join("");
  if (digits.length < 10 || digits.length > 15 || digits.startsWith("000")) return false;
  return run.length === 1 || run.every((group) => group.length >= 2 && group.length <= 5);
}

/** 13 to 19 digits with a right check digit (Luhn, ISO/IEC 7812-1) that do not begin with 0. */
function isCard(digits: string): boolean {
  if (!/^[1-9]\d{12,18}$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0;
}

/** YYYYMMDD, DDMMYYYY or MMDDYYYY, in one group or in three, of somebody 14 to 110 years old. */
function isBirthDate(run: readonly string[], year: number): boolean {
  return run.some((first, i) => {
    if (first.length === 8) return isYearFirst(first, year) || isYearLast(first, year);
    const [, second, third] = run.slice(i, i + 3);
    if (second?.length !== 2 || third === undefined) return false;
    const digits = first + second + third;
    if (first.length === 4 && third.length === 2) return isYearFirst(digits, year);
    return first.length === 2 && third.length === 4 && isYearLast(digits, year);
  });
}

function isYearFirst(digits: string, year: number): boolean {
  return isDate([digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)], year);
}

function isYearLast(digits: string, year: number): boolean {
  const [a, b, born] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)];
  return isDate([born, b, a], year) || isDate([born, a, b], year);
}

function isDate(parts: readonly string[], currentYear: number): boolean {
  const [year = 0, month = 0, day = 0] = parts.map(Number);
  const age = currentYear - year;
  return age >= MIN_AGE && age <= MAX_AGE && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}
