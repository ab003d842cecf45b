import type { FromPlayback, ToPlayback } from "@tallystick/contract";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { read } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { formatNumber } from "../../kit/format.ts";
import { Loaded } from "../../kit/states.tsx";
import { Table } from "../../kit/table.tsx";
import { useResultParams } from "./result-params.ts";
import styles from "./results.module.css";

type Playback = AnswerOf<"GET_PLAYBACK">;
type Attempt = Playback["tasks"][number]["attempts"][number];

/** What the applicant saw and did, drawn by the same machines and views, with every input beside it. */
export function PlaybackView({ task }: { readonly task: string }): ReactNode {
  const recording = useQuery({ ...read("GET_PLAYBACK", { params: useResultParams() }), staleTime: Infinity });
  return (
    <Loaded of={recording} what="the recording">
      {(data) => <Player recording={data} task={task} />}
    </Loaded>
  );
}

function Player({ recording, task }: { readonly recording: Playback; readonly task: string }): ReactNode {
  const frame = useRef<HTMLIFrameElement>(null);
  const [moment, setMoment] = useState<{ readonly attempt: number; readonly index: number } | null>(null);
  useEffect(() => {
    const hear = (event: MessageEvent<FromPlayback>): void => {
      const page = frame.current?.contentWindow;
      if (event.origin !== location.origin || event.source !== page || page === null || page === undefined) return;
      if (event.data.type === "ready") {
        const message: ToPlayback = { type: "load", recording, task };
        page.postMessage(message, location.origin);
      } else if (event.data.task === task) {
        setMoment({ attempt: event.data.attempt, index: event.data.index });
      }
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, [recording, task]);
  const attempts = recording.tasks.find((one) => one.task === task)?.attempts ?? [];
  const shown = attempts.find(({ attempt }) => attempt === moment?.attempt) ?? attempts.find(({ scored }) => scored);
  return (
    <div className={styles["playback"]}>
      <iframe ref={frame} src="/beacon/playback" title="What the applicant saw" />
      {shown !== undefined && <Inputs of={shown} now={moment?.index ?? -1} />}
    </div>
  );
}

function Inputs({ of, now }: { readonly of: Attempt; readonly now: number }): ReactNode {
  const rows = of.inputs.map((one, place) => ({ ...one, place }));
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = list.current;
    const row = place?.querySelector("tr.selected");
    if (place === null || row === null || row === undefined) return;
    // The list alone moves, never the page: whoever looks at the frame must not lose it.
    const from = row.getBoundingClientRect().top - place.getBoundingClientRect().top;
    place.scrollTop += from - place.clientHeight / 3;
  }, [now]);
  return (
    <div className={styles["moments"]} ref={list}>
      <Table
        caption={`Inputs of attempt ${formatNumber(of.attempt)}`}
        columns={[
          { key: "at", title: "At (s)", isNumber: true, cell: ({ input }) => formatNumber(input.at / 1000, 2) },
          { key: "kind", title: "What", cell: ({ input }) => input.kind },
          { key: "rest", title: "Holds", cell: ({ input }) => holds(input) },
          { key: "refused", title: "Not taken", cell: ({ refused }) => refused ?? "" },
        ]}
        rows={rows}
        rowKey={({ place }) => String(place)}
        isSelected={({ place }) => place === now}
      />
    </div>
  );
}

/** All members of an input but its number, time and kind. */
function holds(input: Readonly<Record<string, unknown>>): string {
  return Object.entries(input)
    .filter(([key]) => !["n", "at", "kind"].includes(key))
    .map(
      ([key, value]) =>
        `${key} ${typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value)}`,
    )
    .join(", ");
}
