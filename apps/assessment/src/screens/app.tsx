import type { JSX } from "preact";
import type { Texts } from "../i18n/texts.ts";
import type { JourneyRun } from "../journey/journey.ts";
import { Button, Notice } from "./parts.tsx";
import { TaskScreen } from "./task-screen.tsx";

interface AppProps {
  readonly journey: JourneyRun;
  readonly texts: Texts;
  readonly lender: string;
  readonly durable: boolean;
}

export function App(props: AppProps): JSX.Element {
  const waiting = props.journey.screen.kind !== "task" && props.journey.screen.kind !== "between";
  return (
    <>
      <CurrentScreen {...props} />
      {!props.journey.reachable && <OfflineSign {...props} waiting={waiting} />}
    </>
  );
}

function OfflineSign({
  texts,
  durable,
  waiting,
}: AppProps & { readonly waiting: boolean }): JSX.Element {
  const whilePlaying = durable ? "common.offline" : "common.offline_open";
  return (
    <p class="offline" role="status">
      {texts.t(waiting ? "common.offline_wait" : whilePlaying)}
    </p>
  );
}

function CurrentScreen({ journey, texts, lender }: AppProps): JSX.Element | null {
  const { t } = texts;
  const { screen } = journey;
  switch (screen.kind) {
    case "consent":
      return null;
    case "starting":
    case "leaving":
      return <Notice key={screen.kind} title={t("common.wait")} text="" busy />;
    case "task": {
      const { grant } = screen;
      return (
        <TaskScreen
          key={`${String(grant.task_index)}/${grant.seed}`}
          journey={journey}
          screen={screen}
          texts={texts}
          lender={lender}
        />
      );
    }
    case "between":
      return (
        <Notice
          key="between"
          title={t("between.title", { done: screen.done, total: screen.total })}
          text={t("between.text")}
        >
          <Button
            onPress={() => {
              void journey.nextTask();
            }}
          >
            {t("between.next")}
          </Button>
        </Notice>
      );
    case "finishing":
      return (
        <Notice key="finishing" title={t("finishing.title")} text={t("finishing.text")} busy />
      );
    case "taken_over":
      return (
        <Notice key="taken_over" title={t("taken_over.title")} text={t("taken_over.text")}>
          <Button
            onPress={() => {
              void journey.continueHere();
            }}
          >
            {t("taken_over.here")}
          </Button>
        </Notice>
      );
    case "message":
      return <Message key="message" name={screen.name} texts={texts} />;
  }
}

/** Where this page can do no more; the words are those of the server's own end pages. */
export function Message({
  name,
  texts,
}: {
  readonly name: "unknown" | "replaced" | "failed";
  readonly texts: Texts;
}): JSX.Element {
  const { t } = texts;
  return (
    <Notice title={t(`end.${name}_title`)} text={t(`end.${name}_text`)}>
      {name === "failed" && (
        <Button
          onPress={() => {
            location.reload();
          }}
        >
          {t("failed.again")}
        </Button>
      )}
    </Notice>
  );
}
