import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { AnswerOf } from "../../api/types.ts";
import { useCompanyId } from "../../frame/company.ts";
import type { Environment } from "../../frame/search.ts";
import { formatNumber } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { Time } from "../../kit/time.tsx";
import { FunnelFigure } from "../monitoring/funnel.tsx";
import styles from "./home.module.css";

type Home = AnswerOf<"GET_HOME">;

/** The funnel of the reader's own day, both sides beside each other and never added up. */
export function Today({ home }: { readonly home: Home }): ReactNode {
  return (
    <Section
      title="Today"
      lead={
        <>
          Sessions created since <Time at={home.from} />, your own midnight.
        </>
      }
    >
      <div className={styles["days"]}>
        <Day environment="production" day={home.production} />
        <Day environment="test" day={home.test} />
      </div>
    </Section>
  );
}

function Day({ environment, day }: { readonly environment: Environment; readonly day: Home["test"] }): ReactNode {
  const companyId = useCompanyId();
  const { ended } = day;
  const name = environment === "test" ? "Test" : "Production";
  return (
    <div className={styles["day"]}>
      <FunnelFigure
        funnel={day.funnel}
        title={name}
        name={environment}
        nothing={`No session was created in ${name} today.`}
      />
      <p>
        Ended today, whenever created: {formatNumber(ended.completed)} completed, {formatNumber(ended.expired)} expired,{" "}
        {formatNumber(ended.cancelled)} cancelled, {formatNumber(ended.incomplete)} stopped for good.
      </p>
      <p>
        <Link to="/c/$companyId/monitoring" params={{ companyId }} search={{ env: environment, days: "7" }}>
          {name} of the last 7 days
        </Link>
      </p>
    </div>
  );
}
