import {
  tapsMachine,
  type TapsFeedback,
  type TapsView,
} from "@tallystick/tasks/quick_taps/v1/machine";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { TextKey } from "../../i18n/texts.ts";
import { createPressReader, type PressFacts } from "../../runner/presses.ts";
import { useFrames } from "../../runner/use-frame.ts";
import { useRun } from "../../runner/use-run.ts";
import { Button, Title } from "../../screens/parts.tsx";
import { useSideKeys } from "../keys.ts";
import type { TaskViewProps } from "../task-view.ts";
import { Again, Intro, MainRound } from "./instructions.tsx";
import { Pads } from "./pads.tsx";
import { Shape } from "./shape.tsx";

type MachineParameters = Parameters<typeof tapsMachine.start>[1];
export type Answer = "left" | "right" | "hold";

const FEEDBACK: Readonly<Record<TapsFeedback, TextKey>> = {
  right: "taps.feedback_right",
  wrong: "taps.feedback_wrong",
  too_slow: "taps.feedback_too_slow",
  held: "taps.feedback_held",
  not_held: "taps.feedback_not_held",
};

/** A press made in the last moment may be handled late: its own time decides, so it is waited for. */
const GRACE_MS = 40;

export default function TapsTask(props: TaskViewProps): JSX.Element | null {
  const { grant, texts } = props;
  const run = useRun(tapsMachine, {
    seed: grant.seed,
    // The server grants the parameters that this task version was pinned with.
    parameters: grant.parameters as unknown as MachineParameters,
    onInput: props.onInput,
    onComplete: props.onComplete,
  });
  const { view } = run;
  const { done, total } = run.progress();
  useEffect(() => {
    props.onProgress({ done, total });
  }, [done, total]);
  const rest = useRest(props.paused, view);
  useTarget(run, rest);
  useDeadline(run);
  if (view === null) return null;

  if (view.phase === "instructions") {
    const go = (event: MouseEvent): void => {
      run.give({ kind: "continue", stimulus: view.stimulus }, event.timeStamp);
    };
    const mode = (choice: "timed" | "untimed", event: MouseEvent): void => {
      run.give({ kind: "mode", stimulus: view.stimulus, choice }, event.timeStamp);
    };
    if (view.stimulus === "intro")
      return <Intro key="intro" {...props} view={view} onGo={go} onMode={mode} />;
    if (view.stimulus === "practice-again")
      return <Again key="again" {...props} view={view} onGo={go} />;
    return <MainRound key="main" {...props} view={view} count={total - done} onGo={go} />;
  }
  if (rest.resting && view.phase === "gap" && !props.paused) {
    return (
      <main class="stage words">
        <Title>{texts.t("taps.paused")}</Title>
        <div class="actions">
          <Button onPress={rest.end}>{texts.t("taps.go_on")}</Button>
        </div>
      </main>
    );
  }
  return (
    <Board
      {...props}
      view={view}
      now={run.at}
      onAnswer={(choice, facts, timeStamp) => {
        run.give({ kind: "press", stimulus: view.stimulus, choice, ...facts }, timeStamp);
      }}
    />
  );
}

type TapsRun = ReturnType<
  typeof useRun<
    MachineParameters,
    ReturnType<typeof tapsMachine.start>,
    TapsView,
    ReturnType<typeof tapsMachine.trials>[number]
  >
>;
type BoardView = Exclude<TapsView, { phase: "instructions" }>;

/** From "Go on" to the next target: time to put the thumbs back. */
const AFTER_REST_MS = 900;

interface Rest {
  readonly resting: boolean;
  /** No target before this time of the page's clock. */
  readonly until: { readonly current: number };
  readonly end: () => void;
}

/** After a pause or a hidden page no target comes until the applicant says so. */
function useRest(paused: boolean, view: TapsView | null): Rest {
  const [resting, setResting] = useState(false);
  const until = useRef(0);
  useEffect(() => {
    if (paused) setResting(true);
  }, [paused]);
  const playing = view !== null && view.phase !== "instructions";
  useEffect(() => {
    if (!playing) setResting(false);
  }, [playing]);
  return {
    resting: resting && playing,
    until,
    end: () => {
      until.current = performance.now() + AFTER_REST_MS;
      setResting(false);
    },
  };
}

/** Draws the target in the first frame after the gap and says so with that frame's time. */
function useTarget(run: TapsRun, rest: Rest): void {
  const { view } = run;
  const waiting = view?.phase === "gap" && !rest.resting ? view : null;
  useFrames(waiting?.stimulus ?? null, (stamp) => {
    if (waiting === null) return true;
    if (run.at(stamp) < waiting.untilMs || stamp < rest.until.current) return false;
    return run.give({ kind: "shown", stimulus: waiting.stimulus }, stamp);
  });
}

function useDeadline(run: TapsRun): void {
  const { view } = run;
  const deadlineMs = view?.phase === "target" ? view.deadlineMs : null;
  const stimulus = view?.phase === "target" ? view.stimulus : null;
  useEffect(() => {
    if (deadlineMs === null || stimulus === null) return undefined;
    const left = deadlineMs - run.at(performance.now());
    const timer = setTimeout(() => {
      run.give({ kind: "timeout", stimulus }, performance.now());
    }, left + GRACE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [stimulus, deadlineMs]);
}

function Board(
  props: TaskViewProps & {
    readonly view: BoardView;
    readonly now: (timeStamp: number) => number;
    readonly onAnswer: (choice: Answer, facts: PressFacts, timeStamp: number) => void;
  },
): JSX.Element {
  const { view, texts, onAnswer } = props;
  const reader = useRef(createPressReader()).current;
  useSideKeys({
    active: !props.paused,
    onActivate: reader.noteKey,
    onSide(side, event) {
      if (side === "hold" && view.timed) return false;
      onAnswer(side, { source: "keyboard", trusted: event.isTrusted }, event.timeStamp);
      return true;
    },
  });
  const feedback = useFeedback(view, props.now);
  const shapeName = view.phase === "target" ? texts.t(`taps.${view.shape}`) : "";
  return (
    <main class="stage taps" data-phase={view.phase}>
      <Title hidden>{texts.t("taps.title")}</Title>
      <div class="field">
        {view.practice && <span class="tag">{texts.t("common.practice")}</span>}
        {view.phase === "target" && <Shape name={view.shape} />}
        {view.phase === "gap" && feedback === null && <div class="fixation" aria-hidden="true" />}
        {feedback !== null && (
          <p class="feedback" data-good={feedback === "right" || feedback === "held"}>
            {texts.t(FEEDBACK[feedback])}
          </p>
        )}
      </div>
      <Pads
        texts={texts}
        shapes={view.shapes}
        timed={view.timed}
        reader={reader}
        onAnswer={onAnswer}
      />
      <p class="visually-hidden" aria-live="assertive">
        {view.timed
          ? ""
          : `${feedback === null ? "" : texts.t(FEEDBACK[feedback])} ${shapeName}`.trim()}
      </p>
    </main>
  );
}

/** Practice answers are commented on for as long as the machine says, then the fixation mark takes the place. */
function useFeedback(view: BoardView, now: (timeStamp: number) => number): TapsFeedback | null {
  const [overFor, setOverFor] = useState<string | null>(null);
  const feedback = view.phase === "gap" ? view.feedback : null;
  const untilMs = view.phase === "gap" ? view.feedbackUntilMs : 0;
  useEffect(() => {
    if (feedback === null) return undefined;
    const timer = setTimeout(
      () => {
        setOverFor(view.stimulus);
      },
      untilMs - now(performance.now()),
    );
    return () => {
      clearTimeout(timer);
    };
  }, [view.stimulus, feedback]);
  return overFor === view.stimulus ? null : feedback;
}
