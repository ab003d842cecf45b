import { useEffect, useState } from "preact/hooks";
import { loadTask } from "../tasks/load-task.ts";
import type { TaskModule } from "../tasks/task-view.ts";
import { sleep } from "../transport/sleep.ts";

const AGAIN_AFTER_MS = 3_000;

/**
 * Loads the task's file. Where the network fails it waits for it in words and tries again; browsers that remember the
 * failure need the page anew, which is only asked for once the server answers: until then the browser would put its own
 * error page in place of the journey. Nothing of the task has begun yet.
 */
export function useTaskModule(
  task: string,
  version: number,
): { readonly module: TaskModule | null; readonly failed: boolean } {
  const [module, setModule] = useState<TaskModule | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let wanted = true;
    let pause = sleep(0);
    const wake = (): void => {
      pause.wake();
    };
    const load = async (): Promise<void> => {
      while (wanted) {
        try {
          const loaded = await loadTask(task, version);
          if (wanted) setModule(loaded);
          return;
        } catch {
          setFailed(true);
          pause = sleep(AGAIN_AFTER_MS);
          await pause.done;
          if (wanted && (await isReachable())) location.reload();
        }
      }
    };
    addEventListener("online", wake);
    void load();
    return () => {
      wanted = false;
      removeEventListener("online", wake);
    };
  }, [task, version]);
  return { module, failed };
}

async function isReachable(): Promise<boolean> {
  try {
    return (await fetch(location.pathname, { method: "HEAD", cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
