import type { ReactNode } from "react";

import type { AnswerOf } from "../../api/types.ts";
import { Badge, EnvironmentMark } from "../../kit/badges.tsx";
import { formatCount } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { Note } from "../../kit/states.tsx";
import { Time } from "../../kit/time.tsx";
import { howMany, type Attention } from "./attention-words.ts";
import styles from "./home.module.css";
import { MendLink } from "./mend-link.tsx";

type Home = AnswerOf<"GET_HOME">;

const SEVERITIES = {
  urgent: { tone: "bad", word: "Now" },
  soon: { tone: "warn", word: "Soon" },
  hint: { tone: "note", word: "Worth a look" },
} as const;

/** Not when it began: from when on it was counted. */
const WINDOWED: ReadonlySet<Attention["kind"]> = new Set([
  "deliveries_dead",
  "results_unscorable",
  "results_to_review",
]);

/** Everything that waits for somebody, most urgent first, each with the one place where it is mended. */
export function AttentionList({ home }: { readonly home: Home }): ReactNode {
  if (home.attention.length === 0) {
    return (
      <Note tone="good" title="Nothing needs your attention">
        <p>Webhooks, keys, links and results that wait for somebody are listed here.</p>
      </Note>
    );
  }
  return (
    <Section title="Needs attention">
      <ul className={styles["matters"]}>
        {home.attention.map((matter) => (
          <li key={`${matter.kind} ${matter.environment_id ?? ""} ${matter.subject_id ?? ""}`}>
            <Matter matter={matter} />
          </li>
        ))}
      </ul>
      {home.more > 0 && <p className="soft">And {formatCount(home.more, "more matter")}, less urgent than these.</p>}
    </Section>
  );
}

function Matter({ matter }: { readonly matter: Attention }): ReactNode {
  const { tone, word } = SEVERITIES[matter.severity];
  return (
    <>
      <span className={styles["severity"]}>
        <Badge tone={tone}>{word}</Badge>
      </span>
      <div>
        <p>{matter.sentence}</p>
        <p className={styles["meta"]}>
          {matter.environment !== null && <EnvironmentMark environment={matter.environment} />}
          <span>{howMany(matter)}</span>
          {matter.since !== null && (
            <span>
              {WINDOWED.has(matter.kind) ? "counted since" : "since"} <Time at={matter.since} />
            </span>
          )}
          {matter.until !== null && (
            <span>
              until <Time at={matter.until} />
            </span>
          )}
        </p>
      </div>
      <MendLink matter={matter} />
    </>
  );
}
