/** The one way to the server. Types come from the contract; method and path from the table made of it. */
import { ApiError, hasCode, readError } from "./api-error.ts";
import { passGate } from "./gate.ts";
import { OPERATIONS } from "./operation-table.ts";
import type { AnswerOf, CallOf, OperationName } from "./types.ts";

/** Proves that a changing call comes from this page; belongs to the sign-in. */
let csrfToken = "";

export function rememberCsrf(token: string): void {
  csrfToken = token;
}

/** Any operation's call, for the parts that do not care which. */
interface AnyCall {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Throws `ApiError`. Waits for the person where the server asks for a sign-in or a confirmation. */
export async function call<N extends OperationName>(name: N, request: CallOf<N>): Promise<AnswerOf<N>> {
  const response = await send(name, request);
  if (response.status === 204) return undefined as AnswerOf<N>;
  return (await readJson(response)) as AnswerOf<N>;
}

/** The same for what is no JSON: a file, a drawing. */
export async function callForFile<N extends OperationName>(name: N, request: CallOf<N>): Promise<Response> {
  return send(name, request);
}

/** The address of an operation that a link or an image may load by itself. */
export function addressOf<N extends OperationName>(
  name: N,
  { params, query }: Pick<AnyCall, "params" | "query">,
): string {
  const [, path] = OPERATIONS[name];
  const filled = path.replace(/\{(\w+)\}/g, (_whole, key: string) => encodeURIComponent(params?.[key] ?? ""));
  const given = Object.entries(query ?? {}).filter((entry) => entry[1] !== undefined && entry[1] !== "");
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return text === "" ? filled : `${filled}?${text}`;
}

/** Sign-in and the like answer these codes to who is being let in; there is nobody to ask again. */
const OPEN: ReadonlySet<OperationName> = new Set(["SIGN_IN", "GIVE_SECOND_FACTOR", "SIGN_OUT", "GET_ME", "CONFIRM"]);

async function send(name: OperationName, request: AnyCall): Promise<Response> {
  try {
    return await sendOnce(name, request);
  } catch (error) {
    if (OPEN.has(name) || !(await mend(error))) throw error;
    return sendOnce(name, request);
  }
}

/** Whether the call is worth sending once more. */
async function mend(error: unknown): Promise<boolean> {
  if (hasCode(error, "sign_in_required", "second_factor_required", "password_change_required")) {
    return passGate("sign_in");
  }
  if (hasCode(error, "reauthentication_required")) return passGate("confirm");
  if (!hasCode(error, "csrf_invalid")) return false;
  // Another tab signed in anew: the cookie is shared, the token is not.
  rememberCsrf((await call("GET_ME", {})).csrf_token);
  return true;
}

async function sendOnce(name: OperationName, request: AnyCall): Promise<Response> {
  const [method] = OPERATIONS[name];
  const headers: Record<string, string> = { accept: "application/json", ...request.headers };
  if (method !== "get") headers["x-csrf-token"] = csrfToken;
  if (request.body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(addressOf(name, request), {
    method: method.toUpperCase(),
    headers,
    credentials: "same-origin",
    cache: "no-store",
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    ...(request.signal !== undefined && { signal: request.signal }),
  }).catch((cause: unknown) => {
    if (request.signal?.aborted === true) throw cause;
    throw noAnswer(cause);
  });
  if (!response.ok) throw await readError(response);
  return response;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw noAnswer(cause);
  }
}

/** What a call fails with when no answer came. */
export function noAnswer(cause: unknown): ApiError {
  const error = new ApiError({
    code: "offline",
    detail: "No answer came from the server. Check the connection; what you typed is still here.",
    status: 0,
    requestId: null,
    retryAfterS: null,
  });
  error.cause = cause;
  return error;
}
