import { fail } from "./errors.ts";
import { describePosition, findJsonFault } from "./json-fault.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The text of a body. Throws `body_invalid` when the bytes are not UTF-8. */
export function decodeBody(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw fail("body_invalid", "The body is not UTF-8 text. Encode it as UTF-8.", { cause: error });
  }
}

/** Throws `body_invalid` that says where the text stops being JSON and what is expected there. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw fail("body_invalid", explain(text), { cause: error });
  }
}

function explain(text: string): string {
  if (text.trim() === "") return "The body is empty; send a JSON object.";
  return `The body is not valid JSON${whereFault(text)}.`;
}

/** `: line and column: what is expected there`, or nothing where that can not be told; for the end of a sentence. */
export function whereFault(text: string): string {
  const fault = findJsonFault(text);
  return fault === null ? "" : `: ${describePosition(text, fault.position)}: ${fault.reason}`;
}
