import { useEffect, useState, type ReactNode } from "react";

import { addressOf } from "../../../api/client.ts";
import { SelectField } from "../../../kit/fields.tsx";
import { Section } from "../../../kit/page.tsx";
import { useSideParams, type Side } from "../use-deployment.ts";
import type { Draft, DraftName } from "./draft.ts";
import type { Choices } from "./hints.ts";
import style from "./settings.module.css";
import { settingsOf, type SettingsForm } from "./use-settings-form.ts";

const SCREENS = [
  { value: "consent", label: "The first page: consent" },
  { value: "recorded", label: "What is recorded" },
  { value: "done", label: "After completion" },
  { value: "done_before", label: "Completed earlier" },
  { value: "declined", label: "After declining" },
  { value: "withdrawn", label: "After withdrawing" },
  { value: "stopped", label: "After stopping for good" },
  { value: "expired", label: "After expiry" },
  { value: "link_replaced", label: "A link that was replaced" },
  { value: "link_unknown", label: "A link that nobody knows" },
] as const;
const STAFF = { value: "staff", label: "The staff's screen" } as const;
type Screen = (typeof SCREENS)[number]["value"] | "staff";

/** Fields that the preview shows before they are saved. */
const SHOWN = [
  "lender_name",
  "accent",
  "privacy_policy_url",
  "completion_url",
  "cancellation_url",
  "expiry_url",
] as const satisfies readonly DraftName[];

const PAUSE_MS = 500;
/** Servers take up a change within a second. */
const TAKEN_UP_MS = 1200;

interface PreviewProps {
  readonly side: Side;
  readonly form: SettingsForm;
  readonly choices: Choices;
}

/** What an applicant will see, with what is not saved yet. The server draws it from the real pages. */
export function Preview({ side, form, choices }: PreviewProps): ReactNode {
  const [screen, setScreen] = useState<Screen>("consent");
  const [language, setLanguage] = useState("");
  const params = useSideParams(side);
  const isShared = form.draft.use_case === "in_branch_shared_device";
  const screens = isShared ? [...SCREENS, STAFF] : SCREENS;
  const shownScreen = screens.some(({ value }) => value === screen) ? screen : "consent";
  const offered = form.draft.languages;
  const shownLanguage = offered.includes(language) ? language : (offered[0] ?? "en");
  const query = draftQuery(form, { screen: shownScreen, language: shownLanguage });
  // A logo comes into force at once, outside of the form: it is no part of the draft, but the picture must follow.
  const logo = useCalm(settingsOf(side).brand.logo?.id ?? "", TAKEN_UP_MS);
  const address = useCalm(`${addressOf("PREVIEW_SCREEN", { params })}?${query}`, PAUSE_MS);
  return (
    <Section title="What applicants see" lead="With what is not saved yet. Its links and buttons do nothing.">
      <SelectField label="Page" value={shownScreen} choices={screens} onPick={setScreen} />
      <SelectField
        label="In which language"
        value={shownLanguage}
        choices={offered.map((code) => ({
          value: code,
          label: choices.languages.find((one) => one.code === code)?.english_name ?? code,
        }))}
        onPick={setLanguage}
      />
      <div className={style["phone"]}>
        <iframe key={`${address} ${logo}`} src={address} title="The applicant's page" />
      </div>
    </Section>
  );
}

/** Only what is in order is sent: a half-typed colour would show a refusal in place of the page. */
function draftQuery(form: SettingsForm, wish: { readonly screen: string; readonly language: string }): string {
  const { draft, problems } = form;
  const query = new URLSearchParams(wish);
  for (const name of SHOWN) if (problems[name] === undefined) query.set(name, draft[name]);
  if (draft.languages.length > 0) query.set("languages", draft.languages.join(","));
  query.set("show_completion_page", String(draft.show_completion_page));
  query.set("use_case", draft.use_case satisfies Draft["use_case"]);
  return query.toString();
}

/** The value once it has stood still for a moment, so that the picture is not drawn anew at every letter. */
function useCalm(value: string, pauseMs: number): string {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return calm;
}
