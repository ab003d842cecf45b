import type { ReactNode } from "react";

import { HelpLink, Section } from "../../../kit/page.tsx";
import { hintOf, meaningOf, type GroupProps } from "./hints.ts";
import { SwitchSetting, TextSetting } from "./setting-fields.tsx";

export function AddressGroup({ form, choices }: GroupProps): ReactNode {
  return (
    <Section
      title="Addresses"
      lead="The applicant's browser is sent there exactly as written, with query string and custom scheme. A redirect proves nothing: only the signed webhook does."
      actions={<HelpLink to="/docs/guides/privacy">Privacy</HelpLink>}
    >
      <TextSetting
        form={form}
        name="privacy_policy_url"
        label="Privacy policy"
        hint={hintOf(choices, "privacy_policy_url")}
        placeholder="https://lender.example/privacy"
      />
      <Redirect form={form} choices={choices} name="completion_url" label="After completion" />
      <SwitchSetting
        form={form}
        name="show_completion_page"
        label="Show the completion page first"
        hint="A page with a button, and after 3 s the redirect. Without it people are sent on at once."
      />
      <Redirect form={form} choices={choices} name="cancellation_url" label="After declining or cancellation" />
      <Redirect form={form} choices={choices} name="expiry_url" label="After expiry" />
      <TextSetting
        form={form}
        name="frame_ancestors"
        label="Pages that may frame the journey"
        hint={`${hintOf(choices, "frame_ancestors")} One a line.`}
        placeholder="https://lender.example"
        lines={3}
      />
    </Section>
  );
}

const EXAMPLES = {
  completion_url: "https://lender.example/done",
  cancellation_url: "https://lender.example/declined",
  expiry_url: "https://lender.example/too-late",
} as const;

function Redirect(props: GroupProps & { readonly name: keyof typeof EXAMPLES; readonly label: string }): ReactNode {
  const { form, choices, name, label } = props;
  return (
    <TextSetting form={form} name={name} label={label} hint={meaningOf(choices, name)} placeholder={EXAMPLES[name]} />
  );
}
