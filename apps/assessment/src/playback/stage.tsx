import type { Playback } from "@tallystick/contract";
import type { Progress } from "@tallystick/tasks/runtime";
import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Texts } from "../i18n/texts.ts";
import { useLatest } from "../runner/use-latest.ts";
import { type PageClock, WatchedRun } from "../runner/watched.ts";
import type { TaskModule } from "../tasks/task-view.ts";
import type { Choice } from "./choice.ts";
import { mark } from "./mark.ts";
import { finishMotion, followMotion } from "./motion.ts";
import type { PlayerState } from "./player.ts";
import { type Moment, pictureAt, type Timeline } from "./timeline.ts";
import { createVirtualClock } from "./virtual-clock.ts";

interface StageProps {
  readonly recording: Playback;
  readonly texts: Texts;
  readonly choice: Choice;
  readonly module: TaskModule;
  readonly timeline: Timeline;
  readonly player: PlayerState;
}

/** What the applicant saw, drawn by the task's own view; nothing in it can be pressed. */
export function Stage(props: StageProps): JSX.Element {
  const { recording, texts, player } = props;
  const box = useRef<HTMLDivElement>(null);
  const room = useRef<HTMLDivElement>(null);
  useFit(box, room);
  return (
    <div ref={box} class="stage-box">
      <div
        ref={room}
        class="room"
        role="region"
        aria-label="What the applicant saw"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what is higher than the picture is scrolled by keys
        tabIndex={0}
        data-device={recording.device_class ?? ""}
      >
        <div inert lang={texts.language} dir={recording.direction}>
          <Scene key={player.jumps} {...props} room={room} />
        </div>
      </div>
    </div>
  );
}

/**
 * The picture from one jump to the next. After a jump a screen is built anew as it came up, and then runs on to its time
 * at once: its own timers count.
 */
function Scene(props: StageProps & { readonly room: RefObject<HTMLDivElement | null> }): JSX.Element {
  const { recording, texts, choice, module, timeline, player, room } = props;
  const { state, sinceMs, pressed } = pictureAt(timeline, player);
  const { jumps, timeMs, playing, speed } = player;
  const [clock] = useState(() => createVirtualClock(sinceMs));
  const latest = useLatest(pressed);
  useEffect(() => {
    clock.set(timeMs);
    followMotion(room.current, { playing, speed });
  }, [clock, room, timeMs, playing, speed]);
  useLayoutEffect(() => {
    mark(room.current, pressed);
  }, [room, state, pressed]);
  useEffect(() => {
    if (jumps === 0) return undefined;
    finishMotion(room.current);
    // The view's own timers, which the jump ran through, have drawn once more by then.
    const frame = requestAnimationFrame(() => {
      finishMotion(room.current);
      mark(room.current, latest.current);
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [room, latest, jumps]);
  // Drawn anew when another picture comes, not with every frame of the clock.
  return useMemo(
    () => <Screen {...{ recording, texts, choice, module, clock, state, pressed }} />,
    [recording, texts, choice, module, clock, state, pressed],
  );
}

interface ScreenProps extends Pick<StageProps, "recording" | "texts" | "choice" | "module"> {
  readonly clock: PageClock;
  readonly state: unknown;
  readonly pressed: Moment | null;
}

/** The frame around a task, and the task's view with the recorded state. */
function Screen(props: ScreenProps): JSX.Element {
  const { recording, texts, choice, module, clock, state, pressed } = props;
  const { task, attempt } = choice;
  const [progress, setProgress] = useState<Progress>({ done: 0, total: 1 });
  const watched = useMemo(
    () => ({ state, clock, pressed: pressed?.input.kind === "press" ? (pressed.input.choice ?? null) : null }),
    [state, clock, pressed],
  );
  if (module.machine.isComplete(state)) return <p class="told ended">The game ended here.</p>;
  const total = recording.tasks.length;
  const heading = [
    ...(total > 1 ? [texts.t("common.game", { number: task.index + 1, total })] : []),
    ...(attempt.attempt > 1 ? [texts.t("common.resumed")] : []),
  ];
  const grant = {
    task: task.task,
    version: task.version,
    task_index: task.index,
    attempt: attempt.attempt,
    seed: attempt.seed,
    parameters: task.parameters,
  };
  return (
    <div class="frame">
      <div class="top">
        <progress value={progress.done} max={progress.total} />
      </div>
      <WatchedRun.Provider value={watched}>
        <module.TaskView
          grant={grant}
          texts={texts}
          moneyUnit={recording.money_unit}
          // Takes no keys.
          paused
          heading={heading}
          onInput={nothing}
          onProgress={setProgress}
          onComplete={nothing}
        />
      </WatchedRun.Provider>
    </div>
  );
}

function nothing(): void {}

/**
 * The room is as high as the whole frame, so that the views lay themselves out as on a phone of that size, and is drawn as
 * small as the place above the controls asks for.
 */
function useFit(box: RefObject<HTMLDivElement | null>, room: RefObject<HTMLDivElement | null>): void {
  useLayoutEffect(() => {
    const fit = (): void => {
      const { current } = box;
      if (current === null || room.current === null) return;
      const { offsetWidth, offsetHeight } = room.current;
      const scale = Math.min(1, current.clientHeight / offsetHeight, current.clientWidth / offsetWidth);
      room.current.style.setProperty("--fit", String(scale));
    };
    fit();
    const observer = new ResizeObserver(fit);
    if (box.current !== null) observer.observe(box.current);
    return () => {
      observer.disconnect();
    };
  }, [box, room]);
}
