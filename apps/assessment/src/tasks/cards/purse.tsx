import type { JSX } from "preact";
import type { Texts } from "../../i18n/texts.ts";
import { Button, Title } from "../../screens/parts.tsx";
import { AnswerButton, type AnswerButtonProps } from "../kit/answer-button.tsx";
import { heading, outcome, type ResultView, rule } from "./words.ts";

/** What the round has gathered, and the way to keep it: in sight for as long as the round lasts. */
export function Purse(
  props: Pick<AnswerButtonProps, "reader" | "onAnswer"> & { readonly texts: Texts; readonly points: number },
): JSX.Element {
  const { texts, points } = props;
  return (
    <div class="purse">
      <p class="gathered">{texts.t("cards.points", { count: points })}</p>
      <AnswerButton choice="stop" class="stop" reader={props.reader} onAnswer={props.onAnswer}>
        {texts.t("cards.stop")} <kbd aria-hidden="true">S</kbd>
      </AnswerButton>
    </div>
  );
}

/** How the round went, in a sentence with its numbers, and what the next one is. */
export function Outcome(props: {
  readonly texts: Texts;
  readonly view: ResultView;
  readonly onGo: (event: MouseEvent) => void;
}): JSX.Element {
  const { texts, view } = props;
  const { t } = texts;
  const { next } = view;
  // The eye sees them on the table.
  const losses = view.losses.map((box) => t("cards.box_loss", { number: box + 1 })).join(". ");
  return (
    <div class="purse outcome">
      <Title>{outcome(texts, view)}</Title>
      <p class="visually-hidden">{losses}</p>
      {next === null ? (
        <p>{t("cards.total", { count: view.total })}</p>
      ) : (
        <p>
          {view.practice && <>{t("cards.main_text", { boxes: next.boxes })} </>}
          <strong>{heading(texts, { ...next, rounds: view.rounds })}</strong>: {rule(texts, next)}
        </p>
      )}
      <Button onPress={props.onGo}>{t(next === null ? "cards.done" : "cards.next")}</Button>
    </div>
  );
}
