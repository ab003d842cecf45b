import { CONNECTIONS } from "@tallystick/contract";
import type { DataField } from "@tallystick/tasks";

const TASK = "`task_index`: the task it happened in, none between tasks.";
const SECONDS = { type: "integer", unit: "ms", range: "0 to 86 400 000" } as const;

/** Facts of the journey, by their kind, and the words with which the page comes and goes. */
export const JOURNEY_FIELDS: readonly DataField[] = [
  {
    name: "opened, resumed, taken_over",
    type: "string",
    description:
      "The page was opened for the first time, by the same tab again, or by another tab or device during the tasks. With `epoch` (how many openings there were), hashes of two random names of the page, `tab` and `opening`, and the device: `class` (phone, tablet, computer), `pointer` (coarse, fine, none), `refresh_hz`, `viewport` (CSS px), `webdriver`, `reduced_motion`, `time_zone_offset_minutes`.",
  },
  {
    name: "hidden",
    ...SECONDS,
    description: `The page was out of sight, e.g. for a call or a locked screen, for \`duration_ms\`. ${TASK}`,
  },
  {
    name: "blurred",
    ...SECONDS,
    description: `The page was in sight but without the focus, for \`duration_ms\`; from a quarter of a second. ${TASK}`,
  },
  {
    name: "offline",
    ...SECONDS,
    description: `The server could not be reached, for \`duration_ms\`. Costs the applicant nothing. ${TASK}`,
  },
  {
    name: "resized",
    type: "string",
    unit: "CSS px",
    description: `The page changed its width by a tenth or its height by a fifth, e.g. the phone was turned; \`viewport\`: width and height afterwards. ${TASK}`,
  },
  {
    name: "network",
    type: "string",
    range: CONNECTIONS.join(", "),
    description: `The kind of connection changed, where the browser tells it: \`connection\`. Never its name, address or speed. ${TASK}`,
  },
  {
    name: "storage_blocked",
    type: "string",
    description: "The browser keeps nothing, so what was not sent is lost when the page closes.",
  },
  {
    name: "stopped_for_now",
    type: "string",
    description: `The applicant chose to stop for now; the link stays valid. ${TASK}`,
  },
  {
    name: "redirected",
    type: "string",
    description: "Where the last page sent the applicant: `url` without its query, `outcome`, `how`.",
  },
  {
    name: "shown_digest",
    type: "string",
    range: "16 hex characters",
    description:
      "Of each finished attempt: a check of the trials as the page saw them at the end. The replay of the stored inputs must give the same, or the result is a `replay_mismatch`. Absent where the page could not say.",
  },
];
