import { LANGUAGE_CODES, type Device, type LanguageCode, type NoteRequest } from "@tallystick/contract";

import { say, type TextKey } from "../texts.ts";
import { html, type Html } from "./html.ts";
import { languageChoice } from "./languages.ts";

/** A line for each thing the page tells about the device: a new one does not compile before it is told here. */
export const DEVICE_LINES = {
  class: "recorded.device_class",
  pointer: "recorded.device_pointer",
  refresh_hz: "recorded.device_refresh_hz",
  viewport: "recorded.device_viewport",
  reduced_motion: "recorded.device_reduced_motion",
  webdriver: "recorded.device_webdriver",
  time_zone_offset_minutes: "recorded.device_time_zone_offset_minutes",
} as const satisfies Readonly<Record<keyof Device, TextKey>>;

/** A line for each thing the page notices beside the answers, in the same way. */
export const NOTE_LINES = {
  hidden: "recorded.note_hidden",
  blurred: "recorded.note_focus",
  resized: "recorded.note_resized",
  stopped_for_now: "recorded.note_stopped_for_now",
  network: "recorded.note_network",
  offline: "recorded.note_offline",
  storage_blocked: "recorded.note_storage_blocked",
} as const satisfies Readonly<Record<NoteRequest["kind"], TextKey>>;

interface Section {
  readonly head: TextKey;
  readonly lines: readonly TextKey[];
}

const SECTIONS: readonly Section[] = [
  {
    head: "recorded.head_play",
    lines: ["recorded.answers", "recorded.times", "recorded.source", "recorded.place"],
  },
  {
    head: "recorded.head_page",
    lines: [...new Set<TextKey>([...Object.values(NOTE_LINES), "recorded.restarts", "recorded.consent"])],
  },
  { head: "recorded.head_device", lines: [...new Set<TextKey>(Object.values(DEVICE_LINES))] },
  { head: "recorded.head_why", lines: ["recorded.why_score", "recorded.why_confidence"] },
  { head: "recorded.head_never", lines: ["recorded.never", "recorded.cookie"] },
  { head: "recorded.head_who", lines: ["recorded.who"] },
  { head: "recorded.head_kept", lines: ["recorded.kept", "recorded.kept_browser"] },
  { head: "recorded.head_choice", lines: ["recorded.choice"] },
];

export interface RecordedView {
  readonly language: LanguageCode;
  readonly query: Readonly<Record<string, string>>;
  /** The page the reader came from; null: unknown. */
  readonly backUrl: string | null;
}

/** What is recorded and why, for applicants; the data dictionary in their words. */
export function recordedContent(view: RecordedView): Html {
  const t = (key: TextKey) => say(view.language, key);
  return html`
    <main class="page recorded">
      ${languageChoice({ ...view, offered: LANGUAGE_CODES })}
      <h1>${t("recorded.title")}</h1>
      <p class="lead">${t("recorded.lead")}</p>
      ${SECTIONS.map(
        ({ head, lines }) =>
          html`<h2>${t(head)}</h2>
            ${lines.length === 1 ? html`<p>${lines.map(t)}</p> ` : list(lines.map(t))}`,
      )}
      ${
        view.backUrl !== null &&
        html`<p class="actions"><a class="button quiet" href="${view.backUrl}">${t("recorded.back")}</a></p> `
      }
    </main>
  `;
}

function list(lines: readonly string[]): Html {
  return html`<ul class="points">
    ${lines.map((line) => html`<li>${line}</li> `)}
  </ul> `;
}
