/** How many SMS a text takes: 3GPP TS 23.038 (alphabets) and 23.040 (segments of a concatenated message). */
export interface SmsLength {
  /** `gsm7`: septets; one letter outside that alphabet makes the whole text `ucs2`, 16-bit units. */
  readonly encoding: "gsm7" | "ucs2";
  readonly units: number;
  readonly segments: number;
  /** Units left in the last segment. */
  readonly left: number;
  /** The letters that make it `ucs2`, each once. */
  readonly forced_by: string[];
}

const GSM7 = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Written as an escape and a letter: two septets. */
const GSM7_EXTENSION = new Set("\f^{}\\[~]|€");

const LIMITS = { gsm7: { single: 160, part: 153 }, ucs2: { single: 70, part: 67 } } as const;

export function smsLength(text: string): SmsLength {
  const letters = Array.from(text);
  const forcedBy = [...new Set(letters.filter((letter) => !GSM7.has(letter) && !GSM7_EXTENSION.has(letter)))];
  const encoding = forcedBy.length === 0 ? "gsm7" : "ucs2";
  const sizes = letters.map((letter) => {
    if (encoding === "ucs2") return letter.length;
    return GSM7_EXTENSION.has(letter) ? 2 : 1;
  });
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { single, part } = LIMITS[encoding];
  if (units <= single) return { encoding, units, segments: 1, left: single - units, forced_by: forcedBy };
  return { encoding, units, ...split(sizes, part), forced_by: forcedBy };
}

/** A letter of two units is never torn apart: it begins the next segment. */
function split(sizes: readonly number[], part: number): { readonly segments: number; readonly left: number } {
  let segments = 1;
  let left = part;
  for (const size of sizes) {
    if (size > left) {
      segments += 1;
      left = part;
    }
    left -= size;
  }
  return { segments, left };
}
