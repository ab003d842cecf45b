import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { formatMoment } from "../i18n/moment.ts";
import type { Texts } from "../i18n/texts.ts";
import type { Journey } from "../journey/journey.ts";
import type { BackGuard } from "../runner/back-guard.ts";
import { useLatest } from "../runner/use-latest.ts";
import { Dialog } from "./dialog.tsx";
import { Button } from "./parts.tsx";

type Step = "closed" | "menu" | "later" | "stop";

interface MenuProps {
  readonly journey: Journey;
  readonly texts: Texts;
  readonly lender: string;
  readonly back: BackGuard;
  readonly onOpen?: (open: boolean) => void;
  /** The applicant stops for now: what is gathered goes to the queue. */
  readonly onLater?: () => void;
}

/** Behind a small button and the back button: stop for now, with the way to come back; stop for good, which asks once more. */
export function Menu(props: MenuProps): JSX.Element {
  const { texts, back } = props;
  const [step, setStep] = useState<Step>("closed");
  const [byBack, setByBack] = useState(false);
  const open = (isBack: boolean): void => {
    setByBack(isBack);
    setStep((now) => (now === "closed" ? "menu" : now));
    props.onOpen?.(true);
  };
  const close = (): void => {
    setStep("closed");
    props.onOpen?.(false);
    back.arm();
  };
  const latest = useLatest(open);
  useEffect(
    () =>
      back.listen(() => {
        latest.current(true);
      }),
    [back, latest],
  );
  return (
    <>
      <button
        type="button"
        class="menu-button"
        aria-haspopup="dialog"
        onClick={() => {
          open(false);
        }}
      >
        {texts.t("menu.open")}
      </button>
      {step !== "closed" && (
        <Steps {...props} step={step} onStep={setStep} onClose={close} onBack={byBack ? back.goBack : close} />
      )}
    </>
  );
}

interface StepProps extends MenuProps {
  readonly step: Exclude<Step, "closed">;
  readonly onStep: (step: Step) => void;
  readonly onClose: () => void;
  readonly onBack: () => void;
}

function Steps(props: StepProps): JSX.Element {
  const { journey, step, texts, lender, onClose, onBack } = props;
  const { t } = texts;
  const goOn = <Button onPress={onClose}>{t("menu.back")}</Button>;
  const ways = { onClose, onBack };
  switch (step) {
    case "menu":
      return (
        <Dialog key={step} title={t("menu.title")} text={t("menu.text")} {...ways}>
          {goOn}
          <Ways {...props} />
        </Dialog>
      );
    case "later": {
      const when = formatMoment(texts.language, journey.expiresAt);
      return (
        <Dialog key={step} title={t("later.title")} text={t("later.until", { when })} {...ways}>
          <p>{t("later.how", { lender })}</p>
          <p>{t("later.kept")}</p>
          {goOn}
        </Dialog>
      );
    }
    case "stop":
      return (
        <Dialog key={step} title={t("stop.title")} text={t("stop.text", { lender })} {...ways}>
          {goOn}
          <Button quiet onPress={() => void journey.stopForGood()}>
            {t("stop.confirm")}
          </Button>
        </Dialog>
      );
  }
}

/** The two ways to stop. */
function Ways({ journey, texts, onLater, onStep }: StepProps): JSX.Element {
  const later = (): void => {
    onLater?.();
    journey.note("stopped_for_now");
    onStep("later");
  };
  const stop = (): void => {
    onStep("stop");
  };
  return (
    <>
      <Button quiet onPress={later}>
        {texts.t("menu.later")}
      </Button>
      <Button quiet onPress={stop}>
        {texts.t("menu.stop")}
      </Button>
    </>
  );
}
