/**
 * Text that is what it looks like: no control character, nothing that turns the direction of writing or takes no room,
 * so that no two names look the same. The two joiners are letters' business: Sinhala, Hindi and Persian need them.
 */
export const VISIBLE_TEXT = /^(?:[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|[\u200c\u200d])*$/u;

/** What to say where it does not fit. */
export const NOT_VISIBLE = "holds a character that can not be seen";
