import { z } from "zod";

/**
 * The applicant's API under `/play/{session_id}/…`. The app imports the types only. Every call names the session in
 * its path and carries the journey cookie, or, where cookies are refused, the header `tallystick-journey`.
 */

export const JOURNEY_HEADER = "tallystick-journey";
export const MAX_BATCH_INPUTS = 500;
export const MAX_BATCH_BYTES = 131_072;

export const deviceSchema = z.object({
  class: z.enum(["phone", "tablet", "computer"]),
  pointer: z.enum(["coarse", "fine", "none"]),
  refresh_hz: z.number().min(0).max(1000).nullable(),
  viewport: z.tuple([z.int(), z.int()]),
  webdriver: z.boolean(),
  reduced_motion: z.boolean(),
  time_zone_offset_minutes: z.int().min(-900).max(900),
});

/** `POST open`: opens, resumes or takes over. */
export const openRequestSchema = z.strictObject({
  /** Random per tab, kept in sessionStorage: the same page reloading is no take-over. */
  tab: z
    .string()
    .min(8)
    .max(64)
    .regex(/^[\w-]*$/, "takes letters, digits, _ and - only"),
  device: deviceSchema,
  /**
   * Random for each opening and the same in its repetitions: an opening that the network brings twice counts once, and a
   * copy that comes late takes nothing over. Absent: an older page.
   */
  opening: z
    .string()
    .min(8)
    .max(64)
    .regex(/^[\w-]*$/, "takes letters, digits, _ and - only")
    .optional(),
});

export const grantSchema = z.object({
  task_index: z.int(),
  attempt: z.int(),
  task: z.string(),
  version: z.int(),
  seed: z.string(),
  parameters: z.record(z.string(), z.unknown()),
});

export const JOURNEY_STATES = ["opened", "in_progress", "completed", "cancelled", "incomplete", "expired"] as const;

export const journeySchema = z.object({
  state: z.enum(JOURNEY_STATES),
  run: z.int(),
  epoch: z.int(),
  /** Total of tasks, about how long each takes, and what is behind the applicant. */
  tasks: z.array(z.object({ task: z.string(), version: z.int(), seconds: z.int(), done: z.boolean() })),
  /** The current task and at most the next; empty before consent and after the end. */
  grants: z.array(grantSchema),
  money_unit: z.object({ symbol: z.string(), factor: z.number() }),
  /** Until when the journey can be resumed by its link; epoch seconds. */
  expires_at: z.int(),
});

export const consentRequestSchema = z.strictObject({
  run: z.int32(),
  epoch: z.int32(),
  decision: z.enum(["accepted", "declined"]),
  text_version: z
    .string()
    .max(40)
    .regex(/^[\w.:-]*$/, "takes letters, digits and . : _ - only"),
  language: z
    .string()
    .max(20)
    .regex(/^[A-Za-z0-9-]*$/, "takes a language tag such as en or es-MX"),
});

export const taskInputSchema = z.looseObject({
  n: z.int().min(0).max(100_000),
  at: z.int().min(0).max(86_400_000),
  kind: z.string().min(1).max(40),
});

export const batchRequestSchema = z.strictObject({
  run: z.int32(),
  epoch: z.int32(),
  task_index: z.int().min(0).max(50),
  attempt: z.int().min(1).max(3),
  seq: z.int().min(0).max(100_000),
  inputs: z.array(taskInputSchema).min(1).max(MAX_BATCH_INPUTS),
});
export const batchResponseSchema = z.object({ acknowledged: z.int() });

/** A task's last batch is acknowledged: closes the attempt, returns the grants that follow. */
export const taskDoneRequestSchema = z.strictObject({
  run: z.int32(),
  epoch: z.int32(),
  task_index: z.int().min(0).max(50),
  attempt: z.int().min(1).max(3),
  last_seq: z.int().min(0),
  /** `digestTrials` of what the page saw at the task's end; absent: an older page, or no page. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{16}$/, "takes 16 lower-case hex characters")
    .optional(),
});

export const finishRequestSchema = z.strictObject({
  run: z.int32(),
  epoch: z.int32(),
  tasks: z.array(z.strictObject({ task_index: z.int(), attempt: z.int(), last_seq: z.int().min(0) })).max(50),
});
export const stopRequestSchema = z.strictObject({ run: z.int32(), epoch: z.int32() });

/** After the end the page goes to `next`: `/play/{session_id}` shows the end screen or redirects. */
export const endedSchema = z.object({ state: z.enum(JOURNEY_STATES), next: z.string() });

/** What `note` can tell; each stands in the data dictionary. */
export const NOTE_KINDS = [
  "hidden",
  "offline",
  "storage_blocked",
  "blurred",
  "resized",
  "network",
  "stopped_for_now",
] as const;
/** As coarse as it says anything: how the device is connected, never through whom or how fast. */
export const CONNECTIONS = ["cellular", "wifi", "cable", "none", "other"] as const;

/** Something the page noticed between inputs: visibility, focus, reconnection. Stored as a session fact. */
export const noteRequestSchema = z.strictObject({
  run: z.int32(),
  epoch: z.int32(),
  kind: z.enum(NOTE_KINDS),
  task_index: z.int().nullable(),
  duration_ms: z.int().min(0).max(86_400_000),
  /** Running number of the page's notes: one that the network brings twice is stored once. Absent: an older page. */
  n: z.int().min(0).max(100_000).optional(),
  /** Of `resized`: width and height afterwards, CSS px. */
  viewport: z.tuple([z.int().min(0).max(100_000), z.int().min(0).max(100_000)]).optional(),
  /** Of `network`: what the device changed to. */
  connection: z.enum(CONNECTIONS).optional(),
});

export type Device = z.infer<typeof deviceSchema>;
export type OpenRequest = z.infer<typeof openRequestSchema>;
export type Grant = z.infer<typeof grantSchema>;
export type Journey = z.infer<typeof journeySchema>;
export type ConsentRequest = z.infer<typeof consentRequestSchema>;
export type BatchRequest = z.infer<typeof batchRequestSchema>;
export type BatchResponse = z.infer<typeof batchResponseSchema>;
export type TaskDoneRequest = z.infer<typeof taskDoneRequestSchema>;
export type FinishRequest = z.infer<typeof finishRequestSchema>;
export type StopRequest = z.infer<typeof stopRequestSchema>;
export type NoteRequest = z.infer<typeof noteRequestSchema>;
export type Ended = z.infer<typeof endedSchema>;
