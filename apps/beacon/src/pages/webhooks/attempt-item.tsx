import type { ReactNode } from "react";

import { Badge } from "../../kit/badges.tsx";
import { CodeBlock } from "../../kit/copy.tsx";
import { formatSpan } from "../../kit/format.ts";
import { Time } from "../../kit/time.tsx";
import { attemptWords, headerLines, type Attempt } from "./words.ts";
import styles from "./webhooks.module.css";

/** One try: when, how long, what was sent and what came back. */
export function AttemptItem({ of: attempt, isOpen }: { readonly of: Attempt; readonly isOpen: boolean }): ReactNode {
  return (
    <li>
      <details className={styles["attempt"]} open={isOpen}>
        <summary>
          <strong>Attempt {attempt.number}</strong>
          <Badge tone={attempt.status === 200 ? "good" : "bad"}>{attempt.status ?? "No answer"}</Badge>
          <Time at={attempt.started_at} />
          <span className="soft">
            {formatSpan(attempt.duration_ms)} to {attempt.host}
          </span>
        </summary>
        <div>
          <p>{attemptWords(attempt)}</p>
          <Part title="Headers sent" text={headerLines(attempt.request_headers)} />
          {attempt.answer_headers !== null && (
            <Part title="Headers of the answer" text={headerLines(attempt.answer_headers)} />
          )}
          {attempt.answer_body !== null && attempt.answer_body !== "" && (
            <Part title="Body of the answer" text={attempt.answer_body} />
          )}
        </div>
      </details>
    </li>
  );
}

function Part({ title, text }: { readonly title: string; readonly text: string }): ReactNode {
  return (
    <div>
      <p className="soft">{title}</p>
      <CodeBlock text={text} what={title} />
    </div>
  );
}
