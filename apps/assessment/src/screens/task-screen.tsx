import type { Progress } from "@tallystick/tasks/runtime";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Texts } from "../i18n/texts.ts";
import type { Journey, Screen } from "../journey/journey.ts";
import type { BackGuard } from "../runner/back-guard.ts";
import { BATCH_EVERY_MS, type Recorder } from "../runner/recorder.ts";
import { hold } from "../runner/hold.ts";
import { useLatest } from "../runner/use-latest.ts";
import { useTaskModule } from "./use-task-module.ts";
import { Menu } from "./menu.tsx";
import { Notice } from "./parts.tsx";

interface TaskScreenProps {
  readonly journey: Journey;
  readonly screen: Extract<Screen, { kind: "task" }>;
  readonly texts: Texts;
  readonly lender: string;
  readonly back: BackGuard;
}

/** The frame around every task: progress, menu, and the recorder that carries its inputs to the queue. */
export function TaskScreen(props: TaskScreenProps): JSX.Element {
  const { journey, screen, texts } = props;
  const { grant } = screen;
  const { module, failed } = useTaskModule(grant.task, grant.version);
  const [recorder] = useState(() => journey.recorder(grant));
  const [progress, setProgress] = useState<Progress>({ done: 0, total: 1 });
  const [menuOpen, setMenuOpen] = useState(false);
  const hidden = useHidden((durationMs) => {
    journey.note("hidden", { durationMs });
  });
  const held = useHeld();
  useBatches(recorder, hidden);
  if (module === null) {
    return <Notice title={texts.t("common.wait")} text={failed ? texts.t("common.offline_wait") : ""} busy />;
  }

  const View = module.TaskView;
  const heading = [
    ...(screen.total > 1 ? [texts.t("common.game", { number: screen.number, total: screen.total })] : []),
    ...(grant.attempt > 1 ? [texts.t("common.resumed")] : []),
  ];
  const steps = texts.t("common.progress", { done: progress.done, total: progress.total });
  return (
    <div class="frame">
      <header class="top">
        <progress value={progress.done} max={progress.total} aria-label={steps} />
        <Menu {...props} onOpen={setMenuOpen} onLater={recorder.cut} />
      </header>
      <View
        grant={grant}
        texts={texts}
        moneyUnit={journey.moneyUnit}
        paused={menuOpen || hidden || held}
        heading={heading}
        onInput={recorder.record}
        onProgress={setProgress}
        onComplete={(digest) => {
          recorder.finish(digest);
          void journey.taskDone();
        }}
      />
    </div>
  );
}

/** A batch every few seconds, and at once when the page goes out of sight, which may be the last it does. */
function useBatches(recorder: Recorder, hidden: boolean): void {
  useEffect(() => {
    const timer = setInterval(recorder.cut, BATCH_EVERY_MS);
    addEventListener("pagehide", recorder.cut);
    return () => {
      clearInterval(timer);
      removeEventListener("pagehide", recorder.cut);
    };
  }, [recorder]);
  useEffect(() => {
    if (hidden) recorder.cut();
  }, [recorder, hidden]);
}

/** True while a question stands above the page, for as long as this screen is there. */
function useHeld(): boolean {
  const [held, setHeld] = useState(hold.on);
  useEffect(() => {
    setHeld(hold.on);
    return hold.listen(setHeld);
  }, []);
  return held;
}

/**
 * True while the page is hidden; `onBack` hears for how long it was, ms. By whichever clock says more: the page's own
 * stands still while some phones sleep.
 */
function useHidden(onBack: (ms: number) => void): boolean {
  const [hidden, setHidden] = useState(document.hidden);
  const latest = useLatest(onBack);
  useEffect(() => {
    const clocks = (): readonly [number, number] => [performance.now(), Date.now()];
    let since = document.hidden ? clocks() : null;
    const onChange = (): void => {
      if (document.hidden) {
        since ??= clocks();
      } else if (since !== null) {
        const [page, wall] = clocks();
        latest.current(Math.max(page - since[0], wall - since[1]));
        since = null;
      }
      setHidden(document.hidden);
    };
    document.addEventListener("visibilitychange", onChange);
    return () => {
      document.removeEventListener("visibilitychange", onChange);
    };
  }, [latest]);
  return hidden;
}
