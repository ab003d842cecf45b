import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ME, useMe } from "../../api/me.ts";
import { formatWord } from "../../kit/format.ts";
import { Facts, HelpLink, Page, Section } from "../../kit/page.tsx";
import { Identities } from "./identities.tsx";
import { Password } from "./password.tsx";
import { SecondFactor } from "./second-factor.tsx";
import { SignIns } from "./sign-ins.tsx";

/** What is one's own, whatever the company: password, second factor, where one is signed in. */
export function AccountPage(): ReactNode {
  const me = useMe();
  // Codes may have been used in another browser since.
  useQuery({ ...ME, staleTime: 0 });
  return (
    <Page
      title="Your account"
      lead={
        <>
          The same in every company you belong to. <HelpLink to="/docs/guides/team">People and teams</HelpLink>
        </>
      }
    >
      <div className="columns">
        <Section title="You">
          <Facts
            of={[
              ["Name", me.name],
              ["E-mail address", me.email],
              ...me.companies.map((company) => [company.name, formatWord(company.role)] as const),
            ]}
          />
          <p className="soft">
            Name and address come from your invitation. To change the address, let an admin invite the new one.
          </p>
        </Section>
        <Password />
      </div>
      <SecondFactor />
      <SignIns />
      <Identities />
    </Page>
  );
}
