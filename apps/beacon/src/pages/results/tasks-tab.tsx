import { lazy, Suspense, useState, type ReactNode } from "react";

import { Badge, StateMark } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { formatCount, formatNumber, formatSpan } from "../../kit/format.ts";
import { Facts, Section } from "../../kit/page.tsx";
import { Empty, Loading, Note } from "../../kit/states.tsx";
import { Table, type Column } from "../../kit/table.tsx";
import type { Detail } from "./result-params.ts";
import styles from "./results.module.css";

const PlaybackView = lazy(async () => ({ default: (await import("./playback-view.tsx")).PlaybackView }));

type Task = Detail["tasks"][number];
type Metric = Task["metrics"][number];

const STILL_OPEN: readonly Detail["session"]["state"][] = ["created", "opened", "in_progress"];

/** What was played, what was measured, and the way to see it again. */
export function TasksTab({ of }: { readonly of: Detail }): ReactNode {
  if (of.tasks.every((task) => task.state === "not_played")) {
    return (
      <Empty title="Nothing was played yet">
        <p>Tasks appear here once the applicant has begun one.</p>
      </Empty>
    );
  }
  const isEnded = !STILL_OPEN.includes(of.session.state);
  return of.tasks.map((task) => <TaskSection key={task.index} task={task} isEnded={isEnded} />);
}

function TaskSection({ task, isEnded }: { readonly task: Task; readonly isEnded: boolean }): ReactNode {
  const [isPlaying, setPlaying] = useState(false);
  const canPlay = isEnded && task.inputs !== null && task.inputs > 0;
  return (
    <Section
      title={task.title}
      actions={
        canPlay && (
          <Button icon="play" onClick={() => setPlaying(!isPlaying)} aria-expanded={isPlaying}>
            {isPlaying ? "Close the playback" : "See it again"}
          </Button>
        )
      }
    >
      <div className={styles["task"]}>
        <TaskFacts task={task} />
        {task.notes.map(({ code, text }) => (
          <Note key={code}>{text}</Note>
        ))}
        {isPlaying && (
          <Suspense fallback={<Loading what="the playback" />}>
            <PlaybackView task={task.key} />
          </Suspense>
        )}
        {task.metrics.length > 0 && (
          <Table
            caption={`Measures of ${task.title}`}
            columns={METRICS}
            rows={task.metrics}
            rowKey={({ name }) => name}
          />
        )}
      </div>
    </Section>
  );
}

function TaskFacts({ task }: { readonly task: Task }): ReactNode {
  if (task.state === "not_played") return <Badge>Not played</Badge>;
  return (
    <Facts
      of={[
        ["State", <StateMark key="state" state={task.state} />],
        ["Took", task.duration_ms === null ? "–" : formatSpan(task.duration_ms)],
        ["Attempts", formatNumber(task.attempts)],
        ["Inputs", task.inputs === null ? "No longer kept" : inputsInWords(task)],
      ]}
    />
  );
}

function inputsInWords({ inputs, refused_inputs: refused }: Task): string {
  const all = formatCount(inputs ?? 0, "input");
  return refused === null || refused === 0 ? all : `${all}, ${formatNumber(refused)} of them not taken`;
}

const METRICS: readonly Column<Metric>[] = [
  { key: "name", title: "Measure", cell: ({ name }) => <code>{name}</code> },
  {
    key: "value",
    title: "Value",
    isNumber: true,
    cell: ({ value, unit }) => (
      <span className="one-line">
        {value === null ? "–" : `${formatNumber(value, Number.isInteger(value) ? 0 : 3)} ${unit ?? ""}`}
      </span>
    ),
  },
  { key: "range", title: "Range", cell: ({ range }) => range ?? "–" },
  {
    key: "description",
    title: "What it is",
    cell: ({ description, missing }) => (missing === null ? description : `${description} No value: ${missing}`),
  },
];
