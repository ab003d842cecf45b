import type { BalloonView } from "@tallystick/tasks/balloons/v1/machine";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PressFacts } from "../../runner/presses.ts";
import { usePageClock } from "../../runner/watched.ts";
import { Button, Title } from "../../screens/parts.tsx";
import type { TaskViewProps } from "../task-view.ts";
import { Balloon } from "./balloon.tsx";
import { Sizer } from "./sizer.tsx";

/** As long as style.css lets it grow, and fade where it bursts. */
const GROW_MS = 1_000;
const FADE_MS = 250;

type RoundView = Exclude<BalloonView, { phase: "instructions" }>;

interface BoardProps extends TaskViewProps {
  readonly view: RoundView;
  /** In a playback the size that is being chosen. */
  readonly pressed: string | null;
  readonly onSize: (choice: string, facts: PressFacts, timeStamp: number) => void;
  readonly onNext: (event: MouseEvent) => void;
}

/** One balloon: its size is chosen, it grows, and what came of it is said in words and numbers. */
export function Board(props: BoardProps): JSX.Element {
  const { view, texts } = props;
  const { t } = texts;
  const [own, setChosen] = useChosen(view.stimulus);
  const chosen = props.pressed === null ? own : Number(props.pressed);
  const over = useOver(view);
  const outcome = view.phase === "outcome" ? view : null;
  const size = outcome?.size ?? chosen;
  // What this balloon gave is added when it has been seen.
  const points = outcome === null || over ? view.points : view.points - (view.practice ? 0 : outcome.gained);
  return (
    <main
      class="stage balloons"
      data-task="balloons"
      data-phase={outcome !== null && !over ? "growing" : view.phase}
      data-stimulus={view.stimulus}
    >
      <Title hidden>{t("balloons.title")}</Title>
      <div class="balloon-count">
        {view.practice ? (
          <span class="tag">{t("common.practice")}</span>
        ) : (
          <>
            <span>{t("balloons.number", { number: view.number, total: view.count })}</span>
            <span>{t("balloons.total", { points })}</span>
          </>
        )}
      </div>
      <Balloon
        key={view.stimulus}
        most={view.most}
        chosen={size}
        growsTo={outcome === null ? null : (outcome.burstAt ?? outcome.size)}
        bursts={outcome !== null && outcome.burstAt !== null}
      />
      <div class="balloon-hand">
        <p class="balloon-told" aria-hidden="true">
          {outcome !== null && over ? resultText(props, outcome) : t("balloons.chosen", { size, most: view.most })}
        </p>
        <p class="visually-hidden" role="status">
          {outcome !== null && over ? resultText(props, outcome) : ""}
        </p>
        {outcome === null ? (
          <Sizer key={view.stimulus} {...props} most={view.most} size={chosen} onChange={setChosen} />
        ) : (
          over && <Next text={t("balloons.next")} onPress={props.onNext} />
        )}
      </div>
    </main>
  );
}

function resultText({ texts }: BoardProps, outcome: Extract<RoundView, { phase: "outcome" }>): string {
  const { size, burstAt, gained } = outcome;
  if (burstAt === null) return texts.t("balloons.held", { size, points: gained });
  return texts.t("balloons.burst", { size: burstAt });
}

/** The size on the slider; nothing is chosen when a balloon begins, so that nobody is led. */
function useChosen(stimulus: string): readonly [number, (size: number) => void] {
  const [kept, setKept] = useState({ stimulus, size: 0 });
  const set = (size: number): void => {
    setKept({ stimulus, size });
  };
  return [kept.stimulus === stimulus ? kept.size : 0, set];
}

/** True once the balloon has grown; at once where motion is not wanted. */
function useOver(view: RoundView): boolean {
  const [overFor, setOverFor] = useState<string | null>(null);
  const clock = usePageClock();
  const growing = view.phase === "outcome" ? view.stimulus : null;
  const fades = view.phase === "outcome" && view.burstAt !== null;
  useEffect(() => {
    if (growing === null) return undefined;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return clock.after(still ? 0 : GROW_MS + (fades ? FADE_MS : 0), () => {
      setOverFor(growing);
    });
  }, [clock, growing, fades]);
  return growing !== null && overFor === growing;
}

/** Takes the focus, so that Enter leads on. */
function Next(props: { readonly text: string; readonly onPress: (event: MouseEvent) => void }): JSX.Element {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ref.current?.querySelector("button")?.focus({ preventScroll: true });
  }, []);
  return (
    <div ref={ref} class="actions">
      <Button onPress={props.onPress}>{props.text}</Button>
    </div>
  );
}
