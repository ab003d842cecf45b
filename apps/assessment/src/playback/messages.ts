import type { FromPlayback, Playback, ToPlayback } from "@tallystick/contract";

/** What this page says to the page around it, and hears from it: both in one origin, and nobody else. */
export interface Around {
  readonly post: (message: FromPlayback) => void;
  readonly listen: (hear: (message: ToPlayback) => void) => void;
}

interface Frame {
  /** The window itself where there is no page around it. */
  readonly parent: object & { postMessage: (message: unknown, origin: string) => void };
  readonly location: { readonly origin: string };
  addEventListener: (
    type: "message",
    listener: (event: { readonly origin: string; readonly source: unknown; readonly data: unknown }) => void,
  ) => void;
}

export function speakWith(frame: Frame): Around {
  const { origin } = frame.location;
  return {
    post(message) {
      if (frame.parent !== (frame as object)) frame.parent.postMessage(message, origin);
    },
    listen(hear) {
      frame.addEventListener("message", (event) => {
        if (event.origin !== origin || event.source !== frame.parent) return;
        const message = readMessage(event.data);
        if (message !== null) hear(message);
      });
    },
  };
}

/** null for what is no message of ours. The recording itself is the dashboard's own answer and is taken as it is. */
export function readMessage(data: unknown): ToPlayback | null {
  if (typeof data !== "object" || data === null) return null;
  const { type, recording, task, attempt, index } = data as Readonly<Record<string, unknown>>;
  if (type === "go_to") return typeof index === "number" && Number.isInteger(index) ? { type, index } : null;
  if (type !== "load" || typeof recording !== "object" || recording === null) return null;
  if (!Array.isArray((recording as Readonly<Record<string, unknown>>)["tasks"])) return null;
  return {
    type,
    recording: recording as Playback,
    ...(typeof task === "string" && { task }),
    ...(typeof attempt === "number" && { attempt }),
  };
}
