import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Timeline } from "./timeline.ts";
import { momentText, timeText } from "./words.ts";

/** Only the list moves, never the page around it. */
function bringInSight(list: HTMLElement, index: number): void {
  const row = list.children[index];
  if (!(row instanceof HTMLElement)) return;
  const { offsetTop, offsetHeight } = row;
  const isSeen = offsetTop >= list.scrollTop && offsetTop + offsetHeight <= list.scrollTop + list.clientHeight;
  if (!isSeen) list.scrollTo({ top: offsetTop - list.clientHeight / 2 });
}

/** Everything that was given, in words: for those who do not see the picture, and to jump from one to another. */
export function Moments(props: {
  readonly timeline: Timeline;
  readonly index: number;
  readonly device: string | null;
  readonly onGoTo: (index: number) => void;
}): JSX.Element {
  const { timeline, index } = props;
  const list = useRef<HTMLOListElement>(null);
  // Beside the picture it takes no room from it; below it is opened by whoever wants it.
  const [beside] = useState(() => matchMedia("(min-width: 44rem)").matches);
  useEffect(() => {
    if (list.current !== null) bringInSight(list.current, index);
  }, [index]);
  return (
    <details class="moments" open={beside}>
      <summary>
        Moments ({timeline.moments.length})
        {props.device !== null && <span class="device">Played on a {props.device}</span>}
      </summary>
      <ol ref={list}>
        {timeline.moments.map((moment) => (
          <li key={moment.index}>
            <button
              type="button"
              aria-current={moment.index === index ? "step" : undefined}
              data-refused={moment.refused !== null}
              onClick={() => {
                props.onGoTo(moment.index);
              }}
            >
              <span class="at">{timeText(moment.atMs)}</span> {momentText(moment)}
            </button>
          </li>
        ))}
      </ol>
    </details>
  );
}
