import type { Operation } from "@tallystick/contract";
import type { FastifyRequest } from "fastify";
import type { z } from "zod";

import { fail } from "./errors.ts";
import { explainIssues } from "./explain-issue.ts";

/** Names in braces of an operation's path: `"/a/{x}/b/{y}"` gives `"x" | "y"`. */
export type PathNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathNames<Rest>
  : never;

export type BodyOf<O extends Operation> = O extends {
  readonly request: { readonly schema: infer Schema extends z.ZodType };
}
  ? z.output<Schema>
  : undefined;

export type QueryOf<O extends Operation> = O extends { readonly query: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;

/** What a handler gets of a request, checked against the operation. */
export interface Checked<O extends Operation> {
  readonly params: Readonly<Record<PathNames<O["path"]>, string>>;
  readonly body: BodyOf<O>;
  readonly query: QueryOf<O>;
}

/** The framework's form of an operation's path: `{id}` becomes `:id`. */
export function routePath(operation: Pick<Operation, "path">): string {
  return operation.path.replace(/\{(\w+)\}/g, ":$1");
}

/** Throws `body_invalid` or `query_invalid` that names the member. A NUL is refused everywhere: no column holds one. */
export function checkRequest<O extends Operation>(operation: O, request: FastifyRequest): Checked<O> {
  const params = request.params as Readonly<Record<PathNames<O["path"]>, string>>;
  // What names a row but can name none: as if the row were not there.
  if (Object.values(params).some((value) => String(value).includes("\0"))) throw fail("not_found", "Nothing is here.");
  return {
    params,
    body: checkBody(operation, request.body) as BodyOf<O>,
    query: checkQuery(operation, request.query) as QueryOf<O>,
  };
}

function checkBody(operation: Operation, body: unknown): unknown {
  if (operation.request === undefined) return undefined;
  if (body === undefined) throw fail("body_invalid", "The body is empty; send a JSON object.");
  if (holdsNul(body)) throw fail("body_invalid", "The body holds a NUL or half of a surrogate pair; send plain text.");
  const parsed = operation.request.schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw fail("body_invalid", explainIssues(parsed.error, body));
}

function checkQuery(operation: Operation, query: unknown): unknown {
  const given = query as Readonly<Record<string, unknown>>;
  if (operation.query === undefined) return undefined;
  const unknown = Object.keys(given).find((name) => !(name in (operation.query?.shape ?? {})));
  if (unknown !== undefined) throw fail("query_invalid", `"${unknown.slice(0, 40)}" is no parameter of this address.`);
  const parsed = operation.query.safeParse(given);
  if (!parsed.success) {
    throw fail("query_invalid", explainIssues(parsed.error, given).replaceAll("The body: ", "The query: "));
  }
  if (holdsNul(parsed.data)) throw fail("query_invalid", "A parameter holds a NUL or half of a surrogate pair.");
  return parsed.data;
}

/** PostgreSQL's text and jsonb hold neither NUL nor lone surrogates. */
function holdsNul(value: unknown): boolean {
  if (typeof value === "string") return /\0|\p{Surrogate}/u.test(value);
  if (Array.isArray(value)) return value.some(holdsNul);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, member]) => holdsNul(key) || holdsNul(member));
}
