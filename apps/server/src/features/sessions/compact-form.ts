/**
 * The received JSON text with the white space outside strings removed, nothing else: escapes, member order and number
 * forms stay as sent. Some clients sign this form and send the readable one, so a signature may be over either.
 */
export function compactForm(text: string): string {
  return text.replace(STRING_OR_SPACE, (match) => (match.startsWith('"') ? match : ""));
}

// A string is matched whole, so that white space inside it is never seen alone. JSON knows four white-space characters.
const STRING_OR_SPACE = /"(?:[^"\\]|\\[^])*"?|[ \t\n\r]+/g;
