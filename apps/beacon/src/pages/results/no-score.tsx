import type { ReactNode } from "react";

import { Note } from "../../kit/states.tsx";
import type { Detail } from "./result-params.ts";

/** Where there is no score: why, and what can be done. */
export function NoScore({ of: { session } }: { readonly of: Detail }): ReactNode {
  if (session.outcome === "unscorable") {
    return (
      <Note tone="warn" title="This journey could not be scored">
        <p>
          Something the score needs was not measured; Task by task shows what has no value and why. It says nothing
          about the person. An admin can try the scoring again, for example after another model was chosen; a new
          journey needs a new uid, such as this one with -2 behind it.
        </p>
      </Note>
    );
  }
  if (session.state === "completed") {
    return <Note title="The result is no longer kept">Its time was over, as the settings of the deployment say.</Note>;
  }
  const words: Partial<Record<string, string>> = {
    created: "The link has not been opened yet.",
    opened: "The link was opened; nothing was played yet.",
    in_progress: "The applicant is playing, or left in the middle. Without more it ends as expired.",
    cancelled: "It was cancelled before it was complete.",
    incomplete: "The applicant stopped before the end.",
    expired: "Its time ran out before it was complete.",
  };
  return <Note title="There is no score">{words[session.state]}</Note>;
}
