import type { z } from "zod";
import type { ErrorCode } from "./errors.ts";

export const OPERATION_TAGS = [
  "sessions",
  "results",
  "links",
  "reconcile",
  "webhooks",
  "system",
  "beacon",
  "journey",
] as const;
export type OperationTag = (typeof OPERATION_TAGS)[number];

/** Who may call: the document names what the caller sends. */
export type OperationAuth = "api_key_or_signature" | "api_key" | "journey" | "person" | "none" | "metrics_token";

/** What a person must be: signed in at all, a member of the company of the path, or an admin of it. */
export type PersonRole = "signed_in" | "viewer" | "admin";

export interface Answer {
  readonly status: number;
  readonly description: string;
  /** Absent: the answer has no JSON body. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** Default application/json where there is a schema. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Parameter {
  readonly in: "path" | "header" | "query";
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly example?: string;
}

export interface Operation {
  readonly id: string;
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** OpenAPI form: `/play/{session_id}/open`. */
  readonly path: string;
  readonly tag: OperationTag;
  readonly summary: string;
  readonly description: string;
  readonly auth: OperationAuth;
  /** With `auth: "person"`. Admins may do what viewers may. */
  readonly role?: PersonRole;
  /** The members of the query string, an object schema of strings (coerce numbers). Unknown members are refused. */
  readonly query?: z.ZodObject;
  readonly parameters: readonly Parameter[];
  readonly request?: { readonly schema: z.ZodType; readonly example: unknown };
  readonly answers: readonly Answer[];
  /** Answered as `{detail, code, request_id}` with the status of the code. */
  readonly errors: readonly ErrorCode[];
}

/** Keeps the literal types of path and schemas, from which the server types its handlers. */
export function defineOperation<const O extends Operation>(operation: O): O {
  return operation;
}
