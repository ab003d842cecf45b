import type { FromPlayback, Playback } from "@tallystick/contract";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Texts } from "../i18n/texts.ts";
import { loadTask } from "../tasks/load-task.ts";
import type { TaskModule } from "../tasks/task-view.ts";
import { type Choice, choicesOf, firstChoice } from "./choice.ts";
import { Controls } from "./controls.tsx";
import { Moments } from "./moments.tsx";
import { Stage } from "./stage.tsx";
import { buildTimeline, type Timeline } from "./timeline.ts";
import { usePlayer } from "./use-player.ts";
import { momentText, timeText } from "./words.ts";

export interface PlaybackProps {
  readonly recording: Playback;
  readonly texts: Texts;
  readonly wish: { readonly task?: string; readonly attempt?: number };
  readonly post: (message: FromPlayback) => void;
  /** Is given the way to a moment, for as long as this recording is shown. */
  readonly onReady: (goTo: (index: number) => void) => void;
}

/** A sentence in place of a picture. */
export function Told({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="told" role="status">
      {text}
    </p>
  );
}

export function PlaybackPage(props: PlaybackProps): JSX.Element {
  const { recording, wish } = props;
  const choices = useMemo(() => choicesOf(recording), [recording]);
  const [chosen, choose] = useState(() => firstChoice(choices, wish));
  const loaded = useLoaded(chosen);
  if (chosen === null) return <Told text="Nothing of this was played." />;
  return (
    <main class="playback">
      <h1 class="visually-hidden">Playback: {chosen.label}</h1>
      {choices.length > 1 && <Chooser choices={choices} chosen={chosen} onChoose={choose} />}
      {chosen.attempt.as_shown === false && (
        <p class="warning">The applicant’s page saw another course than these inputs lead to.</p>
      )}
      {loaded === "failed" && <Told text="This page can not show this game. Load the page again." />}
      {loaded === null && <Told text="The game is being fetched." />}
      {loaded !== null && loaded !== "failed" && (
        <Player key={`${String(chosen.task.index)}.${String(chosen.attempt.attempt)}`} {...props} {...loaded} />
      )}
    </main>
  );
}

function Chooser(props: {
  readonly choices: readonly Choice[];
  readonly chosen: Choice;
  readonly onChoose: (choice: Choice) => void;
}): JSX.Element {
  const { choices, chosen } = props;
  return (
    <label class="chooser">
      <span class="visually-hidden">Game</span>
      <select
        value={choices.indexOf(chosen)}
        onChange={(event) => {
          const choice = choices[Number(event.currentTarget.value)];
          if (choice !== undefined) props.onChoose(choice);
        }}
      >
        {choices.map(({ label }, index) => (
          <option key={label} value={index}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface Loaded {
  readonly choice: Choice;
  readonly module: TaskModule;
  readonly timeline: Timeline;
}

/** The task's file and the recording played through its machine; null until it is there. */
function useLoaded(choice: Choice | null): Loaded | "failed" | null {
  const [loaded, setLoaded] = useState<Loaded | "failed" | null>(null);
  useEffect(() => {
    if (choice === null) return undefined;
    let wanted = true;
    setLoaded(null);
    load(choice).then(
      (found) => wanted && setLoaded(found),
      () => wanted && setLoaded("failed"),
    );
    return () => {
      wanted = false;
    };
  }, [choice]);
  // Of the choice before, in the drawing before the effect.
  return loaded === null || loaded === "failed" || loaded.choice === choice ? loaded : null;
}

async function load(choice: Choice): Promise<Loaded> {
  const { task, attempt } = choice;
  const module = await loadTask(task.task, task.version);
  const inputs = attempt.inputs.map(({ input }) => input as Timeline["moments"][number]["input"]);
  const recorded = { seed: attempt.seed, parameters: task.parameters, inputs };
  return { choice, module, timeline: buildTimeline(module.machine, recorded) };
}

function Player(props: PlaybackProps & Loaded): JSX.Element {
  const { recording, timeline, choice, post, onReady } = props;
  const { player, doing } = usePlayer(timeline);
  const { index, playing } = player;
  const { task } = choice.task;
  const { attempt } = choice.attempt;
  useEffect(() => {
    post({ type: "moment", task, attempt, index });
  }, [post, task, attempt, index]);
  useEffect(() => {
    onReady((to) => {
      doing({ kind: "go_to", index: to });
    });
  }, [onReady, doing]);
  const list = useMemo(
    () => (
      <Moments
        timeline={timeline}
        index={index}
        device={recording.device_class}
        onGoTo={(to) => doing({ kind: "go_to", index: to })}
      />
    ),
    [timeline, index, recording, doing],
  );
  return (
    <>
      <Stage {...props} player={player} />
      <div class="desk">
        <p class="caption" aria-live={playing ? "off" : "polite"}>
          {captionOf(timeline, index)}
        </p>
        <Controls timeline={timeline} player={player} doing={doing} />
      </div>
      {list}
    </>
  );
}

function captionOf(timeline: Timeline, index: number): string {
  const moment = timeline.moments[index];
  if (timeline.moments.length === 0) return "Nothing was given in this attempt";
  if (moment === undefined) return "Before the first input";
  return `${timeText(moment.atMs)}: ${momentText(moment)}`;
}
