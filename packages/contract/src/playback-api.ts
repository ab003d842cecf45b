import { z } from "zod";

import { ENVIRONMENT_PARAMETERS, ENVIRONMENT_PATH } from "./environment-path.ts";
import { MEMBER_READ_ERRORS } from "./guard-errors.ts";
import { taskInputSchema } from "./journey-api.ts";
import { LANGUAGE_CODES } from "./languages.ts";
import { defineOperation, type Operation } from "./operation.ts";
import { PREVIEW_SCREEN } from "./preview-api.ts";

/** Why a task's machine took no notice of an input. */
const refusalSchema = z.enum(["malformed", "out_of_order", "not_expected", "too_early", "too_late", "finished"]);

const playbackInputSchema = z.object({
  input: taskInputSchema.describe(
    "As the phone sent it: number, ms since the attempt's start, kind, and what it holds",
  ),
  refused: refusalSchema.nullable().describe("Why the task took no notice of it; null: it counted"),
});
export type PlaybackInput = z.output<typeof playbackInputSchema>;

const playbackAttemptSchema = z.object({
  attempt: z.int().describe("1 to 3; a task that was interrupted starts again"),
  state: z
    .enum(["open", "done", "interrupted"])
    .describe("done: played to the end, or the last attempt allowed. open: the journey ended before"),
  scored: z.boolean().describe("The last attempt of the task, the one that enters the score"),
  seed: z.string().describe("What decided the attempt's course, 32 hex characters"),
  complete: z.boolean().describe("The inputs lead to the task's end"),
  as_shown: z
    .boolean()
    .nullable()
    .describe("false: the page saw another course than these inputs lead to. null: it did not say"),
  inputs: z.array(playbackInputSchema).describe("In the order they were given"),
});

const playbackTaskSchema = z.object({
  index: z.int().describe("Place in the journey, from 0"),
  task: z.string().describe("Key of the task, e.g. `quick_taps`"),
  version: z.int(),
  parameters: z.record(z.string(), z.unknown()).describe("As pinned when the session was created"),
  attempts: z.array(playbackAttemptSchema).describe("In the order they were played; empty: never begun"),
});
export type PlaybackTask = z.output<typeof playbackTaskSchema>;

export const playbackSchema = z.object({
  session_id: z.string(),
  run: z.int().describe("Which start of the journey this is"),
  runs: z.int().describe("How many starts the journey has had"),
  language: z.enum(LANGUAGE_CODES).describe("In which it was played, `en` where that is not known"),
  direction: z.enum(["ltr", "rtl"]),
  device_class: z.enum(["phone", "tablet", "computer"]).nullable().describe("null: not known, or removed"),
  money_unit: z
    .object({ symbol: z.string(), factor: z.number() })
    .describe("How sums are shown: the environment's setting as it is now"),
  tasks: z.array(playbackTaskSchema),
});
/** What the playback page is given: plain JSON, so it travels by `postMessage` as it is. */
export type Playback = z.output<typeof playbackSchema>;

const SEED = "00112233445566778899aabbccddeeff";

const EXAMPLE: Playback = {
  session_id: "ses_01k0000000000000000000000a",
  run: 1,
  runs: 1,
  language: "en",
  direction: "ltr",
  device_class: "phone",
  money_unit: { symbol: "$", factor: 1 },
  tasks: [
    {
      index: 1,
      task: "quick_taps",
      version: 1,
      parameters: { practice: 6 },
      attempts: [
        {
          attempt: 1,
          state: "done",
          scored: true,
          seed: SEED,
          complete: true,
          as_shown: true,
          inputs: [
            { input: { n: 0, at: 1480, kind: "press", choice: "start", source: "touch" }, refused: null },
            { input: { n: 1, at: 2210, kind: "shown", stimulus: "practice-0" }, refused: null },
            {
              input: { n: 2, at: 2650, kind: "press", stimulus: "practice-0", choice: "left", source: "touch" },
              refused: null,
            },
          ],
        },
      ],
    },
  ],
};

export const GET_PLAYBACK = defineOperation({
  id: "getPlayback",
  method: "get",
  path: `${ENVIRONMENT_PATH}/sessions/{session_id}/playback`,
  tag: "beacon",
  summary: "What an applicant saw and did, to be played back",
  description:
    "Everything that the tasks' machines need to show a run again, input by input; the page `/beacon/playback` draws it. Only of a session that has ended: a seed tells what will come. Written to the audit log as a reading of inputs.",
  auth: "person",
  role: "viewer",
  query: z.object({
    run: z.coerce
      .number("takes a whole number")
      .int("takes a whole number")
      .min(1)
      .max(2_147_483_647)
      .optional()
      .describe("Which start of the journey; default the last"),
    task: z.string().max(40).optional().describe("Key of a task: only this one; default all"),
  }),
  parameters: [
    ...ENVIRONMENT_PARAMETERS,
    { in: "path", name: "session_id", required: true, description: "The session" },
  ],
  answers: [{ status: 200, description: "The recording.", schema: playbackSchema, example: EXAMPLE }],
  errors: [...MEMBER_READ_ERRORS, "session_unknown", "session_running", "inputs_removed"],
});

/** From the page around it to the playback page, in the same origin. */
export type ToPlayback = {
  readonly type: "load";
  readonly recording: Playback;
  /** Key of the task to begin with; default the first that was played. */
  readonly task?: string;
  /** Default the one that is scored. */
  readonly attempt?: number;
};

/** From the playback page to the page around it. */
export type FromPlayback =
  /** It can take a recording; said once. */
  | { readonly type: "ready" }
  /** What is on the screen now: place of the last input that was played in `inputs`, −1 before the first. */
  | { readonly type: "moment"; readonly task: string; readonly attempt: number; readonly index: number };

export const PLAYBACK_OPERATIONS: readonly Operation[] = [GET_PLAYBACK, PREVIEW_SCREEN];
