import type { Playback, ToPlayback } from "@tallystick/contract";
import { render } from "preact";
import { loadTexts } from "../i18n/texts.ts";
import { speakWith } from "./messages.ts";
import { PlaybackPage, Told } from "./page.tsx";
import "./style.css";

type Load = Extract<ToPlayback, { type: "load" }>;

/** The page that a dashboard shows in a frame: it waits for a recording and plays it. */
export function runPlayback(root: HTMLElement): void {
  const around = speakWith(window);
  let loads = 0;
  let goTo: (index: number) => void = () => {};
  const show = async ({ recording, ...wish }: Load): Promise<void> => {
    loads += 1;
    const load = loads;
    const texts = await loadTexts(languageOf(recording));
    // A newer recording came while the texts of this one were fetched.
    if (load !== loads) return;
    const page = (
      <PlaybackPage
        key={load}
        recording={recording}
        texts={texts}
        wish={wish}
        post={around.post}
        onReady={(way) => {
          goTo = way;
        }}
      />
    );
    render(page, root);
  };
  around.listen((message) => {
    if (message.type === "go_to") goTo(message.index);
    else show(message).catch(() => render(<Told text="The recording could not be shown. Load it again." />, root));
  });
  root.textContent = "";
  root.classList.add("playback-room");
  render(<Told text="Waiting for a recording." />, root);
  around.post({ type: "ready" });
}

function languageOf({ language }: Playback): string {
  return typeof language === "string" ? language : "en";
}
