import type { JSX } from "preact";
import type { Texts } from "../../i18n/texts.ts";
import type { BoardView } from "./scene.ts";

/** An eye or a pointing hand: whose turn it is, for people who do not read much. */
export function Sign({ name }: { readonly name: "watch" | "turn" }): JSX.Element {
  return (
    <svg class="sign" viewBox="0 0 48 48" aria-hidden="true">
      {name === "watch" ? (
        <>
          <path d="M4 24q20-26 40 0q-20 26-40 0z" />
          <circle cx="24" cy="24" r="6" fill="currentColor" />
        </>
      ) : (
        <path d="M18 30V9a4 4 0 0 1 8 0v13l11 3q4 1 3 6l-2 8q-1 4-5 4H22q-3 0-5-3l-7-10q3-5 8 0z" />
      )}
    </svg>
  );
}

/** Whose turn it is, in words and a sign, and how many blocks are still to be tapped. */
export function Cue({ texts, view }: { readonly texts: Texts; readonly view: BoardView }): JSX.Element {
  const turn = view.phase === "turn";
  const watch = view.form === "spoken" ? "blocks.listen" : "blocks.watch";
  return (
    <div class="cue" data-phase={view.phase} aria-hidden="true">
      {view.practice && <span class="tag">{texts.t("common.practice")}</span>}
      <p key={view.phase} class="cue-words">
        <Sign name={turn ? "turn" : "watch"} />
        <span>{texts.t(turn ? "blocks.turn" : watch)}</span>
      </p>
      <p class="dots" dir="ltr">
        {Array.from({ length: turn ? view.length : 0 }, (_, dot) => (
          <i key={dot} data-done={turn && dot < view.taps.length} />
        ))}
      </p>
    </div>
  );
}
