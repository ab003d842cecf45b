import type { Progress } from "@tallystick/tasks/runtime";
import { useEffect } from "preact/hooks";
import { useLatest } from "../runner/use-latest.ts";

/** Tells the frame how far the task is, whenever that changes. */
export function useProgress({ done, total }: Progress, onProgress: (progress: Progress) => void): void {
  const latest = useLatest(onProgress);
  useEffect(() => {
    latest.current({ done, total });
  }, [latest, done, total]);
}
