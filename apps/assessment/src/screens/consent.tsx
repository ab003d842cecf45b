import { render } from "preact";
import type { JSX } from "preact";
import type { Texts } from "../i18n/texts.ts";
import {
  CONSENT_ACCEPT_ID,
  CONSENT_DECLINE_ID,
  CONSENT_FORM_ID,
  CONSENT_STATUS_ID,
} from "../page-contract.ts";
import { Dialog } from "./dialog.tsx";
import { Button } from "./parts.tsx";

/**
 * Gives the server's consent page its behaviour. Called again with each change of `busy`; the text itself is never
 * touched, so what was read is what was agreed to.
 */
export function enhanceConsent(options: {
  readonly texts: Texts;
  readonly lender: string;
  readonly overlay: HTMLElement;
  readonly onDecide: (decision: "accepted" | "declined") => void;
}): void {
  const { texts, overlay } = options;
  const accept = document.getElementById(CONSENT_ACCEPT_ID);
  const decline = document.getElementById(CONSENT_DECLINE_ID);
  const decide = (decision: "accepted" | "declined"): void => {
    render(null, overlay);
    setBusy(true);
    setConsentStatus(texts.t("common.wait"));
    options.onDecide(decision);
  };
  setBusy(false);
  setConsentStatus("");
  document.getElementById(CONSENT_FORM_ID)?.addEventListener("submit", (event) => {
    event.preventDefault();
    decide("accepted");
  });
  accept?.setAttribute("type", "submit");
  decline?.addEventListener("click", () => {
    const close = (): void => {
      render(null, overlay);
    };
    render(
      <DeclineDialog
        {...options}
        onClose={close}
        onConfirm={() => {
          decide("declined");
        }}
      />,
      overlay,
    );
  });
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
