import type * as contract from "@tallystick/contract";
import type { z } from "zod";

import type { OPERATIONS } from "./operation-table.ts";

type Contract = typeof contract;

/** The contract's name of an operation of the dashboard's API. */
export type OperationName = keyof typeof OPERATIONS & keyof Contract;

type PathNames<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | PathNames<Rest> : never;

/** Names in braces of its path. */
export type ParamsOf<N extends OperationName> = Readonly<
  Record<PathNames<Contract[N] extends { readonly path: infer P } ? P : never>, string>
>;

export type BodyOf<N extends OperationName> = Contract[N] extends {
  readonly request: { readonly schema: infer Schema extends z.ZodType };
}
  ? z.input<Schema>
  : undefined;

export type QueryOf<N extends OperationName> = Contract[N] extends { readonly query: infer Schema extends z.ZodType }
  ? Partial<Record<keyof z.input<Schema>, string | number | boolean | undefined>>
  : undefined;

/** What its first answer holds; undefined where it has no JSON. */
export type AnswerOf<N extends OperationName> = Contract[N] extends {
  readonly answers: readonly [infer First, ...(readonly unknown[])];
}
  ? First extends { readonly schema: infer Schema extends z.ZodType }
    ? z.output<Schema>
    : undefined
  : undefined;

/** Members that an operation does not know are not asked for. */
export type CallOf<N extends OperationName> = ([keyof ParamsOf<N>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: ParamsOf<N> }) &
  (undefined extends BodyOf<N> ? { readonly body?: undefined } : { readonly body: BodyOf<N> }) & {
    readonly query?: QueryOf<N>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
  };
