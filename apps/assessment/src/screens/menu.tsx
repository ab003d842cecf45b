import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Texts } from "../i18n/texts.ts";
import { Dialog } from "./dialog.tsx";
import { Button } from "./parts.tsx";

/** Behind a small button: the way to come back later, and the way to stop for good, which asks once more. */
export function Menu(props: {
  readonly texts: Texts;
  readonly lender: string;
  readonly onOpen: (open: boolean) => void;
  readonly onStop: () => void;
}): JSX.Element {
  const [step, setStep] = useState<"closed" | "menu" | "stop">("closed");
  const { t } = props.texts;
  const close = (): void => {
    setStep("closed");
    props.onOpen(false);
  };
  return (
    <>
      <button
        type="button"
        class="menu-button"
        aria-haspopup="dialog"
        onClick={() => {
          setStep("menu");
          props.onOpen(true);
        }}
      >
        {t("menu.open")}
      </button>
      {step === "menu" && (
        <Dialog key="menu" title={t("menu.title")} text={t("menu.text")} onClose={close}>
          <Button onPress={close}>{t("menu.back")}</Button>
          <Button
            quiet
            onPress={() => {
              setStep("stop");
            }}
          >
            {t("menu.stop")}
          </Button>
        </Dialog>
      )}
      {step === "stop" && (
        <Dialog key="stop" title={t("stop.title")} text={t("stop.text", { lender: props.lender })} onClose={close}>
          <Button onPress={close}>{t("menu.back")}</Button>
          <Button quiet onPress={props.onStop}>
            {t("stop.confirm")}
          </Button>
        </Dialog>
      )}
    </>
  );
}
