import type { JSX } from "preact";
import { type Act, type PlayerState, SPEEDS } from "./player.ts";
import type { Timeline } from "./timeline.ts";
import { timeText } from "./words.ts";

interface ControlsProps {
  readonly timeline: Timeline;
  readonly player: PlayerState;
  readonly doing: (act: Act) => void;
}

/** Step of the seek bar by keys, ms. */
const SEEK_STEP_MS = 100;

export function Controls({ timeline, player, doing }: ControlsProps): JSX.Element {
  const { moments, durationMs } = timeline;
  const { playing, index, timeMs } = player;
  const nothing = moments.length === 0;
  return (
    <div class="controls" role="group" aria-label="Playback">
      <SeekBar timeline={timeline} player={player} doing={doing} />
      <Press
        name="Previous input"
        picture="M7 5v14M19 5v14L9 12z"
        disabled={index < 0}
        onPress={() => doing({ kind: "step", by: -1 })}
      />
      <Press
        name={playing ? "Pause" : "Play"}
        picture={playing ? "M8 5v14M16 5v14" : "M8 5v14l11-7z"}
        disabled={nothing}
        onPress={() => doing({ kind: playing ? "pause" : "play" })}
      />
      <Press
        name="Next input"
        picture="M17 5v14M5 5v14l10-7z"
        disabled={index >= moments.length - 1 && timeMs >= durationMs}
        onPress={() => doing({ kind: "step", by: 1 })}
      />
      <Speeds player={player} doing={doing} />
      <label class="shorten">
        <input
          type="checkbox"
          checked={player.shorten}
          onChange={(event) => doing({ kind: "shorten", on: event.currentTarget.checked })}
        />
        Shorten waits
      </label>
    </div>
  );
}

function SeekBar({ timeline, player, doing }: ControlsProps): JSX.Element {
  const { durationMs } = timeline;
  const now = `${timeText(player.timeMs)} of ${timeText(durationMs)}`;
  return (
    <div class="seek">
      <input
        type="range"
        min={0}
        max={durationMs}
        step={SEEK_STEP_MS}
        value={player.timeMs}
        aria-label="Time"
        aria-valuetext={now}
        onInput={(event) => doing({ kind: "seek", timeMs: event.currentTarget.valueAsNumber })}
      />
      <span class="time" aria-hidden="true">
        {now}
      </span>
    </div>
  );
}

function Speeds({ player, doing }: Pick<ControlsProps, "player" | "doing">): JSX.Element {
  return (
    <label class="speed">
      <span class="visually-hidden">Speed</span>
      <select
        value={player.speed}
        onChange={(event) => {
          const speed = SPEEDS.find((known) => String(known) === event.currentTarget.value);
          if (speed !== undefined) doing({ kind: "speed", speed });
        }}
      >
        {SPEEDS.map((speed) => (
          <option key={speed} value={speed}>
            {speed}×
          </option>
        ))}
      </select>
    </label>
  );
}

function Press(props: {
  readonly name: string;
  readonly picture: string;
  readonly disabled: boolean;
  readonly onPress: () => void;
}): JSX.Element {
  return (
    <button type="button" class="press" aria-label={props.name} disabled={props.disabled} onClick={props.onPress}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={props.picture} />
      </svg>
    </button>
  );
}
