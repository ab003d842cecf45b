import type { NoteRequest } from "@tallystick/contract";
import type { NoteDetails } from "../journey/journey.ts";

/** What is watched; the real window and document have it. */
export interface WatchedPage {
  readonly window: EventTarget & { readonly innerWidth: number; readonly innerHeight: number };
  readonly document: EventTarget & { readonly hidden: boolean };
  /** `navigator.connection`, where the browser has it. */
  readonly connection: (EventTarget & { readonly type?: string | undefined }) | null;
  /** The page's clock, ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => { readonly done: Promise<void> };
}

type Note = (kind: NoteRequest["kind"], details: NoteDetails) => void;

/** Per page and kind; what comes after says nothing new. */
const MOST_NOTES = 20;
/** A glance at a notification; shorter ones are the browser's own. */
const SHORTEST_BLUR_MS = 250;
/** A browser's bar that slides in or out takes less than a fifth of the height, and nothing of the width. */
const WIDTH_SHARE = 0.1;
const HEIGHT_SHARE = 0.2;
/** A turned phone reports several sizes on its way. */
const SETTLE_MS = 400;

const CONNECTIONS: Readonly<Record<string, NoteDetails["connection"]>> = {
  cellular: "cellular",
  wimax: "cellular",
  wifi: "wifi",
  ethernet: "cable",
  none: "none",
};

/** Tells of lost focus, another size and another connection: seldom, coarsely, and never what else is on the device. */
export function watchPage(page: WatchedPage, note: Note): void {
  const counts = new Map<string, number>();
  const bounded: Note = (kind, details) => {
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    if (count < MOST_NOTES) note(kind, details);
  };
  watchFocus(page, bounded);
  watchSize(page, bounded);
  watchConnection(page, bounded);
}

/** A page that is also out of sight is told of as `hidden`, and not twice. */
function watchFocus({ window, document, now }: WatchedPage, note: Note): void {
  let since: number | null = null;
  window.addEventListener("blur", () => {
    since = now();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) since = null;
  });
  window.addEventListener("focus", () => {
    const durationMs = since === null ? 0 : now() - since;
    since = null;
    if (durationMs >= SHORTEST_BLUR_MS) note("blurred", { durationMs });
  });
}

function watchSize(page: WatchedPage, note: Note): void {
  const { window } = page;
  const size = (): [number, number] => [Math.round(window.innerWidth), Math.round(window.innerHeight)];
  let told = size();
  let settling = false;
  const settle = async (): Promise<void> => {
    settling = true;
    await page.sleep(SETTLE_MS).done;
    settling = false;
    const viewport = size();
    const isOther =
      Math.abs(viewport[0] - told[0]) >= told[0] * WIDTH_SHARE ||
      Math.abs(viewport[1] - told[1]) >= told[1] * HEIGHT_SHARE;
    if (!isOther) return;
    told = viewport;
    note("resized", { viewport });
  };
  window.addEventListener("resize", () => {
    if (!settling) void settle();
  });
}

function watchConnection({ connection }: WatchedPage, note: Note): void {
  if (connection === null) return;
  const coarse = (): NoteDetails["connection"] =>
    connection.type === undefined ? undefined : (CONNECTIONS[connection.type] ?? "other");
  let told = coarse();
  connection.addEventListener("change", () => {
    const now = coarse();
    if (now === undefined || now === told) return;
    told = now;
    note("network", { connection: now });
  });
}
