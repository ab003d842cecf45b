import { z } from "zod";

import { COMPANY_PARAMETER, COMPANY_PATH } from "./environment-path.ts";
import { MEMBER_READ_ERRORS, MEMBER_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { resultColumnsSchema, viewFilterSchema } from "./results-people-shapes.ts";

/** Filters a person keeps under a name. Each sees their own; a beginning of a uid is never kept. */

const VIEWS = `${COMPANY_PATH}/result-views` as const;

const nameSchema = z
  .string()
  .trim()
  .min(1, "takes 1 to 60 characters")
  .max(60, "takes 1 to 60 characters")
  .regex(/^[^\p{C}]*$/u, "takes visible characters");

export const resultViewSchema = z.object({
  view_id: z.string(),
  name: z.string(),
  filter: viewFilterSchema,
  columns: resultColumnsSchema,
  updated_at: z.int().describe("Epoch seconds"),
});
export type ResultView = z.output<typeof resultViewSchema>;

export const resultViewWishSchema = z.strictObject({
  name: nameSchema.describe("Yours alone; case makes no difference"),
  filter: viewFilterSchema,
  columns: resultColumnsSchema,
  replace: z.boolean().default(false).describe("Write over the view that has this name"),
});
export type ResultViewWish = z.output<typeof resultViewWishSchema>;

const EXAMPLE: ResultView = {
  view_id: "rvw_01k0000000000000000000000a",
  name: "To be reviewed this week",
  filter: { environment: "production", confidence: ["LOW"], created_within_days: 7 },
  columns: ["uid", "deployment", "score", "confidence", "flags", "ended_at"],
  updated_at: 1_795_600_000,
};

export const LIST_RESULT_VIEWS = defineOperation({
  id: "listResultViews",
  method: "get",
  path: VIEWS,
  tag: "beacon",
  summary: "Your saved views of results",
  description: "Your own in this company, by name; at most 50.",
  auth: "person",
  role: "viewer",
  parameters: [COMPANY_PARAMETER],
  answers: [
    {
      status: 200,
      description: "The views.",
      schema: z.object({ items: z.array(resultViewSchema) }),
      example: { items: [EXAMPLE] },
    },
  ],
  errors: MEMBER_READ_ERRORS.filter((code) => code !== "query_invalid"),
});

export const SAVE_RESULT_VIEW = defineOperation({
  id: "saveResultView",
  method: "post",
  path: VIEWS,
  tag: "beacon",
  summary: "Save a view of results",
  description: "A filter and its columns under a name. How a uid begins can not be kept in a view.",
  auth: "person",
  role: "viewer",
  parameters: [COMPANY_PARAMETER],
  request: {
    schema: resultViewWishSchema,
    example: { name: EXAMPLE.name, filter: EXAMPLE.filter, columns: EXAMPLE.columns },
  },
  answers: [{ status: 200, description: "The view.", schema: resultViewSchema, example: EXAMPLE }],
  errors: [...MEMBER_WRITE_ERRORS, "result_view_name_taken", "result_views_full"],
});

export const DELETE_RESULT_VIEW = defineOperation({
  id: "deleteResultView",
  method: "delete",
  path: `${VIEWS}/{view_id}`,
  tag: "beacon",
  summary: "Delete a saved view",
  description: "One of your own.",
  auth: "person",
  role: "viewer",
  parameters: [COMPANY_PARAMETER, { in: "path", name: "view_id", required: true, description: "The view" }],
  answers: [{ status: 204, description: "It is gone." }],
  errors: [...MEMBER_WRITE_ERRORS, "result_view_unknown"],
});

export const RESULT_VIEW_OPERATIONS: readonly Operation[] = [LIST_RESULT_VIEWS, SAVE_RESULT_VIEW, DELETE_RESULT_VIEW];
