import { render } from "preact";
import type { Texts } from "../i18n/texts.ts";
import { APP_ID, type PageData } from "../page-contract.ts";
import type { BackGuard } from "../runner/back-guard.ts";
import { hold } from "../runner/hold.ts";
import { Dialog } from "../screens/dialog.tsx";
import { Button } from "../screens/parts.tsx";
import type { QueueStore } from "../transport/queue-store.ts";
import { sleep } from "../transport/sleep.ts";
import { closeJourney } from "./close.ts";
import { forgetHere } from "./forget.ts";
import { createIdleWatch, SIGNS_OF_LIFE } from "./idle.ts";
import { keepAwake } from "./wake-lock.ts";

const TICK_MS = 1_000;

export interface SharedJourney {
  readonly page: PageData;
  readonly texts: Texts;
  readonly store: QueueStore;
  readonly back: BackGuard;
  /** For the question, above the page. */
  readonly overlay: HTMLElement;
}

/** While a journey is on a device that others use too: the screen stays on, and who walks away leaves nothing open. */
export function guardSharedDevice({ page, texts, store, back, overlay }: SharedJourney): void {
  const { staffScreen } = page;
  if (staffScreen === null) return;
  keepAwake({
    wakeLock: (navigator as Partial<Navigator>).wakeLock,
    isVisible: () => document.visibilityState === "visible",
    onVisibility: (listener) => {
      document.addEventListener("visibilitychange", listener);
    },
  });
  const watch = createIdleWatch(Date.now, {
    onAsk: () => {
      hold.set(true);
      render(<Question texts={texts} onHere={watch.seen} />, overlay);
    },
    onAnswer: () => {
      render(null, overlay);
      hold.set(false);
    },
    onGone: () => {
      hold.set(true);
      // Also from readers of the screen: what stands there is the last person's.
      document.getElementById(APP_ID)?.style.setProperty("visibility", "hidden");
      render(<Closing key="closing" texts={texts} />, overlay);
      void closeJourney({
        staffScreen,
        isSent: () => store.load(page.sessionId).length === 0,
        fetch: (address) => fetch(address, { cache: "no-store" }),
        sleep,
        forget: forgetHere,
        replace: (address) => {
          back.release(() => {
            location.replace(address);
          });
        },
      });
    },
  });
  for (const sign of SIGNS_OF_LIFE) addEventListener(sign, watch.seen, { capture: true, passive: true });
  document.addEventListener("visibilitychange", watch.tick);
  setInterval(watch.tick, TICK_MS);
}

function Question({ texts, onHere }: { readonly texts: Texts; readonly onHere: () => void }) {
  return (
    <Dialog title={texts.t("kiosk.idle_title")} text={texts.t("kiosk.idle_text")} onClose={onHere}>
      <Button onPress={onHere}>{texts.t("kiosk.idle_here")}</Button>
    </Dialog>
  );
}

function Closing({ texts }: { readonly texts: Texts }) {
  return (
    <Dialog title={texts.t("kiosk.closing")} text={texts.t("kiosk.closing_text")} onClose={() => undefined}>
      <div class="waiting" aria-hidden="true" />
    </Dialog>
  );
}
