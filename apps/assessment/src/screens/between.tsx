import type { JSX } from "preact";
import type { Texts } from "../i18n/texts.ts";
import type { Journey, Screen } from "../journey/journey.ts";
import type { BackGuard } from "../runner/back-guard.ts";
import { betweenKey, minutesLeft } from "./between-words.ts";
import { Menu } from "./menu.tsx";
import { Button, Title } from "./parts.tsx";

/** A breath between two tasks: how far one is, by time, and one way on. */
export function Between(props: {
  readonly journey: Journey;
  readonly screen: Extract<Screen, { kind: "between" }>;
  readonly texts: Texts;
  readonly lender: string;
  readonly back: BackGuard;
}): JSX.Element {
  const { journey, screen, texts } = props;
  const { tasks } = journey;
  const { done, total } = screen;
  return (
    <div class="frame">
      <header class="top end">
        <Menu {...props} />
      </header>
      <main class="page notice-page">
        <ol class="steps" aria-hidden="true">
          {tasks.map(({ task, seconds }, index) => (
            <li key={task} data-done={index < done} style={{ "--seconds": seconds }} />
          ))}
        </ol>
        <Title>{texts.t("between.title", { done, total })}</Title>
        <p class="lead">{texts.t(betweenKey(tasks, done))}</p>
        <p class="status">{texts.t("between.left", { minutes: minutesLeft(tasks, done) })}</p>
        <div class="actions">
          <Button onPress={() => void journey.goOn()}>{texts.t("between.next")}</Button>
        </div>
      </main>
    </div>
  );
}
