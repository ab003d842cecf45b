import type { Playback, PlaybackTask } from "@tallystick/contract";
import { taskName } from "./words.ts";

type PlayedAttempt = PlaybackTask["attempts"][number];

/** One attempt of a recording, as it can be chosen. */
export interface Choice {
  readonly task: PlaybackTask;
  readonly attempt: PlayedAttempt;
  /** "Quick taps", and which attempt where there were several. */
  readonly label: string;
}

export function choicesOf({ tasks }: Playback): readonly Choice[] {
  return tasks.flatMap((task) =>
    task.attempts.map((attempt) => {
      const count = task.attempts.length;
      const which = count === 1 ? "" : `, attempt ${String(attempt.attempt)} of ${String(count)}`;
      return { task, attempt, label: taskName(task.task) + which };
    }),
  );
}

/** The one asked for; of a task without a number the scored attempt; without any wish the first that was played. */
export function firstChoice(
  choices: readonly Choice[],
  wish: { readonly task?: string; readonly attempt?: number },
): Choice | null {
  const own = wish.task === undefined ? choices : choices.filter(({ task }) => task.task === wish.task);
  const named = own.find(({ attempt }) => attempt.attempt === wish.attempt);
  const scored = own.find(({ attempt }) => attempt.scored && attempt.inputs.length > 0);
  return named ?? scored ?? own[0] ?? null;
}
