import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { hashOfUid } from "../../frame/hash.ts";
import { Section } from "../../kit/page.tsx";
import { Note } from "../../kit/states.tsx";
import { Time } from "../../kit/time.tsx";
import { useResultParams, type Detail } from "./result-params.ts";
import styles from "./results.module.css";

/** What happened, oldest first, from stored facts. */
export function TimeLineTab({ of: { time_line: line, session } }: { readonly of: Detail }): ReactNode {
  const { company_id: companyId } = useResultParams();
  return (
    <Section
      title="Time line"
      actions={
        <Link to="/c/$companyId/trace" params={{ companyId }} hash={hashOfUid(session.uid)}>
          The same uid elsewhere
        </Link>
      }
    >
      {session.simulated && (
        <Note>
          The sandbox plays on a clock of its own, which ends when the session is created: the games stand before it.
        </Note>
      )}
      <ol className="bare-list">
        {line.items.map((item, place) => (
          // Two facts may share time, kind and words; their order is all that tells them apart.
          // oxlint-disable-next-line react/no-array-index-key -- their order is all that tells them apart
          <li key={place} className={styles["line"]}>
            <Time at={item.at} isExact />
            <span>{item.text}</span>
          </li>
        ))}
      </ol>
      {line.truncated && <Note>More is stored than a time line shows; the newest is left out.</Note>}
    </Section>
  );
}
