import { hash, verify } from "@node-rs/argon2";

import { fail } from "../../../infra/errors.ts";
import { COMMON_PASSWORDS } from "./common-passwords.ts";

/**
 * OWASP's recommendation for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. About 25 ms on the
 * machine it was written on. argon2id is the library's default algorithm.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** At once in this process: a flood of sign-ins waits in line instead of taking every core and 19 MiB each. */
const AT_ONCE = 2;

/** Who comes when so many wait (about two seconds) is sent away; those who are known already are not. */
const MAX_WAITING = 100;

const MIN_CHARACTERS = 12;
const MAX_BYTES = 1024;

const inLine = createLine({ atOnce: AT_ONCE, maxWaiting: MAX_WAITING });

/** PHC string (`$argon2id$v=19$m=…`). Goes to the head of the line: only who is proven sets a password. */
export async function hashPassword(password: string): Promise<string> {
  return inLine(() => hash(normal(password), PARAMETERS), { isFirst: true });
}

/**
 * Takes as long without a stored hash as with one, so that the time does not tell which accounts exist. `isKnown`, a
 * browser that signed in before, goes to the head of the line, so that a flood keeps strangers waiting and not the team.
 * Throws `unavailable` when the line is full.
 */
export async function verifyPassword(
  stored: string | null,
  password: string,
  options: { readonly isKnown: boolean } = { isKnown: false },
): Promise<boolean> {
  const against = stored ?? (await nobodysHash());
  const fits = await inLine(() => verify(against, normal(password)), { isFirst: options.isKnown });
  return fits && stored !== null;
}

/** The stored hash was made with other parameters than today's: hash anew while the password is at hand. */
export function isOutdatedHash(stored: string): boolean {
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  return !stored.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
}

/** Length is what counts (NIST SP 800-63B): no rules about kinds of characters. Throws `password_weak` in words. */
export function checkNewPassword(password: string, person: { readonly email: string }): void {
  const characters = Array.from(normal(password)).length;
  if (characters < MIN_CHARACTERS) {
    throw fail("password_weak", `The password has ${characters} characters; take at least ${MIN_CHARACTERS}.`);
  }
  if (Buffer.byteLength(normal(password)) > MAX_BYTES) {
    throw fail("password_weak", `The password has more than ${MAX_BYTES} bytes.`);
  }
  const plain = normal(password).toLowerCase();
  if (isPredictable(plain)) {
    throw fail("password_weak", "The password is among the first that anybody would try; take some words of your own.");
  }
  const [local = ""] = person.email.toLowerCase().split("@");
  if (plain.includes(person.email.toLowerCase()) || (local.length >= 4 && stripped(plain) === stripped(local))) {
    throw fail("password_weak", "The password is your own e-mail address; take something that nobody knows of you.");
  }
}

/** A common password with digits or signs around it, or a few characters over and over. */
function isPredictable(plain: string): boolean {
  if (new Set(plain).size < 4) return true;
  if (/^(.{1,6})\1+$/.test(plain)) return true;
  return COMMON_PASSWORDS.has(plain) || COMMON_PASSWORDS.has(stripped(plain));
}

function stripped(plain: string): string {
  return plain.replace(/^[\d\W_]+|[\d\W_]+$/g, "");
}

/** The same password from two keyboards is the same bytes. */
function normal(password: string): string {
  return password.normalize("NFKC");
}

let nobodys: Promise<string> | undefined;
async function nobodysHash(): Promise<string> {
  nobodys ??= hash("the password of nobody at all", PARAMETERS);
  return nobodys;
}

interface LineOptions {
  readonly atOnce: number;
  readonly maxWaiting: number;
}

/** Runs at most `atOnce` pieces of work; the others wait in the order they came, `isFirst` before all of them. */
export function createLine({ atOnce, maxWaiting }: LineOptions) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>, { isFirst } = { isFirst: false }): Promise<T> => {
    if (running < atOnce) running += 1;
    else if (isFirst) await new Promise<void>((resolve) => waiting.unshift(resolve));
    else if (waiting.length < maxWaiting) await new Promise<void>((resolve) => waiting.push(resolve));
    else throw fail("unavailable", "Too many people sign in at once.", { headers: { "retry-after": "5" } });
    try {
      return await work();
    } finally {
      // Who waits takes over the place; only an empty line gives it back.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
