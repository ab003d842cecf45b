import type { Progress } from "@tallystick/tasks/runtime";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Texts } from "../i18n/texts.ts";
import type { Journey, Screen } from "../journey/journey.ts";
import { BATCH_EVERY_MS, type Recorder } from "../runner/recorder.ts";
import { useLatest } from "../runner/use-latest.ts";
import { loadTask } from "../tasks/load-task.ts";
import type { TaskModule } from "../tasks/task-view.ts";
import { Menu } from "./menu.tsx";
import { Notice } from "./parts.tsx";

interface TaskScreenProps {
  readonly journey: Journey;
  readonly screen: Extract<Screen, { kind: "task" }>;
  readonly texts: Texts;
  readonly lender: string;
}

/** The frame around every task: progress, menu, and the recorder that carries its inputs to the queue. */
export function TaskScreen({ journey, screen, texts, lender }: TaskScreenProps): JSX.Element {
  const { grant } = screen;
  const module = useTaskModule(grant.task, grant.version);
  const [recorder] = useState(() => journey.recorder(grant));
  const [progress, setProgress] = useState<Progress>({ done: 0, total: 1 });
  const [menuOpen, setMenuOpen] = useState(false);
  const hidden = useHidden((ms) => {
    journey.note("hidden", ms, grant.task_index);
  });
  useBatches(recorder, hidden);
  if (module === null) return <Notice title={texts.t("common.wait")} text="" busy />;

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
        <Menu texts={texts} lender={lender} onOpen={setMenuOpen} onStop={() => void journey.stopForGood()} />
      </header>
      <View
        grant={grant}
        texts={texts}
        moneyUnit={journey.moneyUnit}
        paused={menuOpen || hidden}
        heading={heading}
        onInput={recorder.record}
        onProgress={setProgress}
        onComplete={() => {
          recorder.finish();
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

const RELOAD_AFTER_MS = 3_000;

/** Loads the task's file; where the network fails it waits for it and begins the page anew: no task has begun yet. */
function useTaskModule(task: string, version: number): TaskModule | null {
  const [module, setModule] = useState<TaskModule | null>(null);
  useEffect(() => {
    let wanted = true;
    const reload = (): void => {
      location.reload();
    };
    const onFailure = (): void => {
      if (!wanted) return;
      if (navigator.onLine) setTimeout(reload, RELOAD_AFTER_MS);
      else addEventListener("online", reload, { once: true });
    };
    loadTask(task, version).then((loaded) => {
      if (wanted) setModule(loaded);
    }, onFailure);
    return () => {
      wanted = false;
    };
  }, [task, version]);
  return module;
}

/** True while the page is hidden; `onBack` hears for how long it was, ms. */
function useHidden(onBack: (ms: number) => void): boolean {
  const [hidden, setHidden] = useState(document.hidden);
  const latest = useLatest(onBack);
  useEffect(() => {
    let since = document.hidden ? performance.now() : null;
    const onChange = (): void => {
      if (document.hidden) {
        since ??= performance.now();
      } else if (since !== null) {
        latest.current(performance.now() - since);
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
