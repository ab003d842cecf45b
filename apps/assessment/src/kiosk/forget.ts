import { openStorage } from "../transport/queue-store.ts";

/** Everything this app keeps in a browser begins so: queues of inputs, the name of the tab. */
const PREFIX = "tallystick/";

/** Removes what journeys left in these storages; another page's own things on this origin stay. */
export function forgetJourneys(storages: readonly (Storage | null)[]): void {
  for (const storage of storages) {
    if (storage === null) continue;
    const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
    for (const name of names) if (name.startsWith(PREFIX)) storage.removeItem(name);
  }
}

/** Of this browser: what lasts, and what lasts as long as the tab. */
export function forgetHere(): void {
  forgetJourneys([openStorage("localStorage"), openStorage("sessionStorage")]);
}
