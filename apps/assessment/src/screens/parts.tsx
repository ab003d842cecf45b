import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { createButtonGate } from "../runner/presses.ts";

/** A screen's heading; takes the focus when the screen appears, so that keys and screen readers start there. */
export function Title(props: { readonly children: ComponentChildren; readonly hidden?: boolean }): JSX.Element {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    ref.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return (
    <h1 ref={ref} tabIndex={-1} class={props.hidden === true ? "visually-hidden" : undefined}>
      {props.children}
    </h1>
  );
}

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onPress: (event: MouseEvent) => void;
  readonly quiet?: boolean;
}

export function Button({ children, onPress, quiet = false }: ButtonProps): JSX.Element {
  const [gate] = useState(() => createButtonGate(performance.now()));
  return (
    <button
      type="button"
      class={quiet ? "button quiet" : "button primary"}
      onPointerDown={gate.noteDown}
      onClick={(event) => {
        if (gate.admits(event)) onPress(event);
      }}
    >
      {children}
    </button>
  );
}

/** One sentence, one way on. */
export function Notice(props: {
  readonly title: string;
  readonly text: string;
  readonly children?: ComponentChildren;
  readonly busy?: boolean;
}): JSX.Element {
  return (
    <main class="page notice-page" aria-busy={props.busy === true}>
      <Title>{props.title}</Title>
      <p class="lead" role={props.busy === true ? "status" : undefined}>
        {props.text}
      </p>
      {props.busy === true && <div class="waiting" aria-hidden="true" />}
      {props.children !== undefined && <div class="actions">{props.children}</div>}
    </main>
  );
}
