import type { JSX } from "preact";
import type { TextKey, Texts } from "../i18n/texts.ts";
import type { BackGuard } from "../runner/back-guard.ts";
import type { Journey, MessageName, Screen } from "../journey/journey.ts";
import { Between } from "./between.tsx";
import { Button, Notice } from "./parts.tsx";
import { TaskScreen } from "./task-screen.tsx";

interface AppProps {
  readonly journey: Journey;
  readonly texts: Texts;
  readonly lender: string;
  readonly durable: boolean;
  readonly back: BackGuard;
}

export function App(props: AppProps): JSX.Element {
  const { journey } = props;
  return (
    <>
      <CurrentScreen {...props} screen={journey.screen} />
      {!journey.reachable && <OfflineSign {...props} />}
    </>
  );
}

function OfflineSign({ journey, texts, durable }: AppProps): JSX.Element {
  const playing = journey.screen.kind === "task" || journey.screen.kind === "between";
  const whilePlaying = durable ? "common.offline" : "common.offline_open";
  return (
    <p class="offline" role="status">
      {texts.t(playing ? whilePlaying : "common.offline_wait")}
    </p>
  );
}

function CurrentScreen(props: AppProps & { readonly screen: Screen }): JSX.Element | null {
  const { screen, journey, texts } = props;
  const { t } = texts;
  switch (screen.kind) {
    case "consent":
      return null;
    case "task":
      return <TaskScreen key={`${String(screen.grant.task_index)}/${screen.grant.seed}`} {...props} screen={screen} />;
    case "between":
      return <Between key={screen.done} {...props} screen={screen} />;
    case "taken_over":
      return (
        <Notice key="taken_over" title={t("taken_over.title")} text={t("taken_over.text")}>
          <Button onPress={() => void journey.continueHere()}>{t("taken_over.here")}</Button>
        </Notice>
      );
    case "finishing":
      return <Notice key="finishing" title={t("finishing.title")} text={t("finishing.text")} busy />;
    case "message":
      return <Message key="message" name={screen.name} texts={texts} />;
    case "starting":
    case "leaving":
      return <Notice key="waiting" title={t("common.wait")} text="" busy />;
  }
}

const TITLES: Readonly<Record<MessageName, TextKey>> = {
  unknown: "reopen.title",
  replaced: "end.replaced_title",
  failed: "end.failed_title",
};
const TEXTS: Readonly<Record<MessageName, TextKey>> = {
  unknown: "reopen.text",
  replaced: "end.replaced_text",
  failed: "end.failed_text",
};

/** Where this page can do no more. */
export function Message(props: { readonly name: MessageName; readonly texts: Texts }): JSX.Element {
  const { t } = props.texts;
  const again = (): void => {
    location.reload();
  };
  return (
    <Notice title={t(TITLES[props.name])} text={t(TEXTS[props.name])}>
      {props.name === "failed" && <Button onPress={again}>{t("failed.again")}</Button>}
    </Notice>
  );
}
