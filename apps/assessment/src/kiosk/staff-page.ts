import { KIOSK_DATA_ID, type KioskData } from "../page-contract.ts";
import { forgetHere } from "./forget.ts";
import { SIGNS_OF_LIFE } from "./idle.ts";

/** The screens between two people: nothing of the last one is left, and no way of the browser leads back to them. */
export function runStaffPage(): void {
  forgetHere();
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  goOn();
  const form = document.querySelector<HTMLFormElement>("#kiosk-form");
  const field = document.querySelector<HTMLInputElement>("#kiosk-code");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URL(form.action);
    address.searchParams.set("code", field?.value ?? "");
    // In place of this screen: the Back button of the next person leads nowhere.
    location.replace(address);
  });
  // A scanner types where the caret is.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") field?.focus();
  });
  for (const link of document.querySelectorAll<HTMLAnchorElement>("main a.button, .languages a")) {
    link.addEventListener("click", (event) => {
      if (link.origin !== location.origin) return;
      event.preventDefault();
      location.replace(link.href);
    });
  }
}

/** After a while in which nobody touched the page: whoever reads or listens to it decides how long that takes. */
function goOn(): void {
  // The server that sent this script wrote it, by the same page contract.
  const { next, seconds } = JSON.parse(document.getElementById(KIOSK_DATA_ID)?.textContent ?? "{}") as KioskData;
  if (next === null) return;
  const leave = (): void => {
    location.replace(next);
  };
  let timer = setTimeout(leave, seconds * 1_000);
  for (const sign of SIGNS_OF_LIFE) {
    addEventListener(sign, () => {
      clearTimeout(timer);
      timer = setTimeout(leave, seconds * 1_000);
    });
  }
}
