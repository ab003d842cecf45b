import type { ReactNode } from "react";

import { Section } from "../../../kit/page.tsx";
import type { Side } from "../use-deployment.ts";
import { hintOf, type GroupProps } from "./hints.ts";
import { LogoField } from "./logo-field.tsx";
import { TextSetting } from "./setting-fields.tsx";
import style from "./settings.module.css";

export function BrandGroup({ form, choices, side }: GroupProps & { readonly side: Side }): ReactNode {
  return (
    <Section title="Brand" lead={hintOf(choices, "brand")}>
      <TextSetting
        form={form}
        name="lender_name"
        label="Your name"
        hint="As applicants know you, at most 60 characters. Empty shows the company's name."
      />
      <Accent form={form} />
      <LogoField side={side} />
    </Section>
  );
}

/** The text and the browser's own picker are two hands on one value. */
function Accent({ form }: Pick<GroupProps, "form">): ReactNode {
  const { accent } = form.draft;
  const isColour = form.problems.accent === undefined && accent !== "";
  return (
    <div className={style["accent"]}>
      <TextSetting
        form={form}
        name="accent"
        label="Colour of buttons"
        hint="Where it can not be told from the page it is shown darker or lighter. Empty takes Tallystick's own."
        placeholder="#1a5fb4"
      />
      <input
        type="color"
        aria-label="Pick it by eye"
        value={isColour ? accent : "#1a5fb4"}
        onChange={(event) => form.set({ accent: event.target.value })}
      />
    </div>
  );
}
