import { forgetHere } from "./forget.ts";

/** The screens between two people: nothing of the last one is left, and no way of the browser leads back to them. */
export function runStaffPage(): void {
  forgetHere();
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
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
  for (const link of document.querySelectorAll<HTMLAnchorElement>("main a.button")) {
    link.addEventListener("click", (event) => {
      if (link.origin !== location.origin) return;
      event.preventDefault();
      location.replace(link.href);
    });
  }
}
