import type { ComponentChildren, JSX } from "preact";
import { Button, Title } from "../../screens/parts.tsx";

export interface WordsProps {
  /** Small lines above the title, e.g. "Game 3 of 5". */
  readonly heading?: readonly string[];
  readonly title: string;
  readonly lead: string;
  /** Shows once how it goes, for people who do not read much; hidden from screen readers, which get the words. */
  readonly demo?: ComponentChildren;
  readonly demoCaption?: string;
  /** "No answer is wrong …" or "Do as well as you can." */
  readonly promise?: string;
  readonly children?: ComponentChildren;
  /** Shown where there is a keyboard. */
  readonly keys?: string;
  readonly go: string;
  readonly onGo: (event: MouseEvent) => void;
  /** Further buttons under the one that leads on. */
  readonly more?: ComponentChildren;
}

/** A screen of words of a task: its introduction, or the sentence between practice and the real round. */
export function Words(props: WordsProps): JSX.Element {
  return (
    <main class="stage words">
      {props.heading?.map((line) => (
        <p key={line} class="eyebrow">
          {line}
        </p>
      ))}
      <Title>{props.title}</Title>
      <p class="lead">{props.lead}</p>
      {props.demo !== undefined && (
        <figure class="demo" aria-hidden="true">
          {props.demo}
          {props.demoCaption !== undefined && <figcaption>{props.demoCaption}</figcaption>}
        </figure>
      )}
      {props.promise !== undefined && (
        <p>
          <strong>{props.promise}</strong>
        </p>
      )}
      {props.children}
      {props.keys !== undefined && <p class="keys">{props.keys}</p>}
      <div class="actions">
        <Button onPress={props.onGo}>{props.go}</Button>
        {props.more}
      </div>
    </main>
  );
}
