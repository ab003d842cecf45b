import { type JSX, render } from "preact";
import type { Texts } from "../i18n/texts.ts";
import { CONSENT_ACCEPT_ID, CONSENT_DECLINE_ID, CONSENT_FORM_ID, CONSENT_STATUS_ID } from "../page-contract.ts";
import { Dialog } from "./dialog.tsx";
import { Button } from "./parts.tsx";

const enhanced = new WeakSet<Element>();

/**
 * Gives the server's consent page its behaviour, once. The text itself is never touched, so what was read is what was
 * agreed to.
 */
export function enhanceConsent(options: {
  readonly texts: Texts;
  readonly lender: string;
  readonly overlay: HTMLElement;
  readonly onDecide: (decision: "accepted" | "declined") => void;
}): void {
  const form = document.getElementById(CONSENT_FORM_ID);
  if (form === null || enhanced.has(form)) return;
  enhanced.add(form);
  const { texts, overlay } = options;
  const close = (): void => {
    render(null, overlay);
  };
  const decide = (decision: "accepted" | "declined"): void => {
    close();
    setBusy(true);
    setConsentStatus(texts.t("common.wait"));
    options.onDecide(decision);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    decide("accepted");
  });
  document.getElementById(CONSENT_DECLINE_ID)?.addEventListener("click", () => {
    const confirm = (): void => {
      decide("declined");
    };
    render(<DeclineDialog {...options} onClose={close} onConfirm={confirm} />, overlay);
  });
  setBusy(false);
}

function setBusy(busy: boolean): void {
  for (const id of [CONSENT_ACCEPT_ID, CONSENT_DECLINE_ID]) {
    document.getElementById(id)?.toggleAttribute("disabled", busy);
  }
}

export function setConsentStatus(text: string): void {
  const status = document.getElementById(CONSENT_STATUS_ID);
  if (status !== null) status.textContent = text;
}

function DeclineDialog(props: {
  readonly texts: Texts;
  readonly lender: string;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}): JSX.Element {
  const { t } = props.texts;
  return (
    <Dialog
      title={t("consent.decline_title")}
      text={t("consent.decline_text", { lender: props.lender })}
      onClose={props.onClose}
    >
      <Button onPress={props.onClose}>{t("consent.decline_back")}</Button>
      <Button quiet onPress={props.onConfirm}>
        {t("consent.decline_confirm")}
      </Button>
    </Dialog>
  );
}
