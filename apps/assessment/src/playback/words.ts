import type { RefusalName, TrialBase } from "@tallystick/tasks/runtime";
import type { Moment } from "./timeline.ts";

/** The words around the picture: the dashboard's, in its language. What the applicant saw keeps theirs. */

const REFUSED: Readonly<Record<RefusalName, string>> = {
  malformed: "not readable",
  out_of_order: "out of order",
  not_expected: "not expected here",
  too_early: "too early",
  too_late: "too late",
  finished: "after the end",
};

/** "3.2 s" below a minute, "1:03.2" from there. */
export function timeText(ms: number): string {
  const tenths = Math.floor(ms / 100);
  const seconds = (tenths % 600) / 10;
  const minutes = Math.floor(tenths / 600);
  return minutes === 0 ? `${seconds.toFixed(1)} s` : `${String(minutes)}:${seconds.toFixed(1).padStart(4, "0")}`;
}

/** "quick_taps" as "Quick taps" */
export function taskName(key: string): string {
  const words = key.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What happened at a moment, e.g. "answered right (item-3): correct, 640 ms". */
export function momentText({ input, refused, trial }: Moment): string {
  const what = actText(input);
  if (refused !== null) return `${what}; did not count: ${REFUSED[refused]}`;
  const facts = trial === null ? [] : trialFacts(trial);
  return facts.length === 0 ? what : `${what}: ${facts.join(", ")}`;
}

function actText({ kind, stimulus, choice }: Moment["input"]): string {
  const where = stimulus === undefined ? "" : ` (${stimulus})`;
  switch (kind) {
    case "shown":
      return `shown: ${stimulus ?? "something"}`;
    case "timeout":
      return `time was over${where}`;
    case "press":
      return `answered ${choice ?? "nothing"}${where}`;
    case "continue":
      return `went on${where}`;
    case "mode":
      return `chose the form ${choice ?? ""}${where}`;
    case "restart":
      return `asked to see it again${where}`;
    default:
      return `${kind}${where}`;
  }
}

/** What a trial's own members say of its outcome, whatever the task. */
function trialFacts(trial: TrialBase): readonly string[] {
  const { correct, outcome, burst } = trial as TrialBase & {
    readonly correct?: unknown;
    readonly outcome?: unknown;
    readonly burst?: unknown;
  };
  return [
    ...(typeof correct === "boolean" ? [correct ? "correct" : "wrong"] : []),
    ...(typeof outcome === "string" ? [outcome.replaceAll("_", " ")] : []),
    ...(typeof burst === "boolean" ? [burst ? "burst" : "held"] : []),
    ...(trial.rtMs === null ? [] : [`${String(trial.rtMs)} ms`]),
    ...(trial.practice ? ["practice"] : []),
  ];
}
