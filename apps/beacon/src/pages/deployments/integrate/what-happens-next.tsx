import type { ReactNode } from "react";

import type { Environment } from "../../../frame/search.ts";
import { HelpLink, Section } from "../../../kit/page.tsx";
import style from "../deployments.module.css";

/** What the answer is for, from the link to the result. */
export function WhatHappensNext({ environment }: { readonly environment: Environment }): ReactNode {
  return (
    <Section title="3. What happens next">
      <ol className={style["steps"]}>
        <li>
          The answer holds <code>link</code>, a short address that fits one SMS. Send it to the applicant, or open it in
          your own page. It stays good until <code>expires_at</code>.
        </li>
        <li>The applicant reads what is recorded, consents, and plays for about six minutes on a phone.</li>
        <li>
          Your webhook receives <code>application.complete</code>, then <code>psychometric_score.complete</code> with
          score, risk band, data confidence and reasons, under your own uid. Answer 200; anything else is tried again
          for more than three days.
        </li>
        <li>
          A lower score is a lower risk, relative to the reference population, and never a pass or a fail. Low data
          confidence means: have a person review it. It says nothing about the applicant.
        </li>
        <li>
          A redirect back to your page proves nothing. Only the signed webhook does; after an outage of yours, read what
          you missed.
        </li>
      </ol>
      <p className="row">
        <HelpLink to="/docs/guides/results">What a result says</HelpLink>
        <HelpLink to="/docs/guides/read-api">Read after an outage</HelpLink>
        <HelpLink to="/docs/guides/compatibility">Coming from another service</HelpLink>
        {environment === "test" && <HelpLink to="/docs/guides/go-live">Before you go live</HelpLink>}
      </p>
    </Section>
  );
}
