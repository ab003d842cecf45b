import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { read } from "../../api/queries.ts";
import { useCompanyId, useIsAdmin, type Deployment } from "../../frame/company.ts";
import { ENVIRONMENTS } from "../../frame/search.ts";
import { Badge } from "../../kit/badges.tsx";
import { HelpLink, Section } from "../../kit/page.tsx";
import { useNow } from "../../kit/time.tsx";
import { rangeOf } from "../monitoring/range.ts";
import styles from "./home.module.css";

const STEPS = [
  {
    key: "deployment",
    title: "Make a deployment",
    words: "One product that you lend for; it has a Test and a Production side.",
  },
  { key: "link", title: "Make a link", words: "In Test, for yourself: it opens the games on a phone." },
  {
    key: "result",
    title: "Read the first result",
    words: "Play the link to its end; score, data confidence and traits are there a moment later.",
  },
] as const;
type Step = (typeof STEPS)[number]["key"];

/** What a new company does next. Gone once the first result is there. */
export function FirstSteps({ deployments }: { readonly deployments: readonly Deployment[] }): ReactNode {
  const next = useNextStep(deployments.length > 0);
  const isAdmin = useIsAdmin();
  if (next === null) return null;
  const place = STEPS.findIndex(({ key }) => key === next);
  return (
    <Section title="First steps" lead={`${String(place)} of ${String(STEPS.length)} done.`}>
      <ol className={styles["steps"]}>
        {STEPS.map(({ key, title, words }, at) => (
          <li key={key} aria-current={key === next ? "step" : undefined}>
            <div>
              <h3>
                {title} {at < place && <Badge tone="good">Done</Badge>}
              </h3>
              <p className="soft">{words}</p>
            </div>
            {key === next && <StepLink step={key} isAdmin={isAdmin} />}
          </li>
        ))}
      </ol>
      <HelpLink to="/docs/guides/deployments">From the first deployment to Production</HelpLink>
    </Section>
  );
}

/** The first that is not done; null when all are, or while it is not known. */
function useNextStep(hasDeployment: boolean): Step | null {
  const companyId = useCompanyId();
  const { from, to } = rangeOf({ days: "365" }, useNow());
  const sides = useQueries({
    queries: ENVIRONMENTS.map((environment) => ({
      ...read("GET_MONITORING", {
        params: { company_id: companyId },
        query: { environment, from, to, simulated: "with" },
      }),
      enabled: hasDeployment,
      staleTime: 60_000,
    })),
  });
  if (!hasDeployment) return "deployment";
  const known = sides.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const isAny = (of: (side: (typeof known)[number]) => number): boolean => known.some((side) => of(side) > 0);
  if (isAny(({ scores }) => scores.n + scores.unscorable)) return null;
  // The past is not all counted yet: better no advice than one that is out of date.
  if (known.length < sides.length || isAny(({ uncounted_days }) => uncounted_days)) return null;
  return isAny(({ funnel }) => funnel.created) ? "result" : "link";
}

function StepLink({ step, isAdmin }: { readonly step: Step; readonly isAdmin: boolean }): ReactNode {
  const params = { companyId: useCompanyId() };
  const make = { env: "test", make: "yes" } as const;
  switch (step) {
    case "deployment":
      if (!isAdmin) return <p className="soft">An admin of your company makes it.</p>;
      return (
        <Link className="button primary" to="/c/$companyId/deployments" params={params}>
          To the Deployment Centre
        </Link>
      );
    case "link":
      return (
        <Link className="button primary" to="/c/$companyId/links" params={params} search={make}>
          To the Link Generator
        </Link>
      );
    case "result":
      // The first start makes a link on the command line: whoever sees this page may never have had one in hand.
      return (
        <div className="row">
          <Link className="button primary" to="/c/$companyId/results" params={params} search={{ env: "test" }}>
            To the results of Test
          </Link>
          <Link className="button" to="/c/$companyId/links" params={params} search={make}>
            Make another link
          </Link>
        </div>
      );
  }
}
