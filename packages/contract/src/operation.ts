import type { z } from "zod";
import type { ErrorCode } from "./errors.ts";

export const OPERATION_TAGS = ["sessions", "webhooks", "system", "journey"] as const;
export type OperationTag = (typeof OPERATION_TAGS)[number];

/** Who may call: the document names what the caller sends. */
export type OperationAuth = "api_key_or_signature" | "api_key" | "journey" | "none" | "metrics_token";

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
  readonly in: "path" | "header";
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly example?: string;
}

export interface Operation {
  readonly id: string;
  readonly method: "get" | "post";
  /** OpenAPI form: `/play/{session_id}/open`. */
  readonly path: string;
  readonly tag: OperationTag;
  readonly summary: string;
  readonly description: string;
  readonly auth: OperationAuth;
  readonly parameters: readonly Parameter[];
  readonly request?: { readonly schema: z.ZodType; readonly example: unknown };
  readonly answers: readonly Answer[];
  /** Answered as `{detail, code, request_id}` with the status of the code. */
  readonly errors: readonly ErrorCode[];
}
