import { render } from "preact";
import { loadTexts, type Texts } from "./i18n/texts.ts";
import { createClient } from "./journey/client.ts";
import { describeDevice, randomName, tabName } from "./journey/device.ts";
import { Journey } from "./journey/journey.ts";
import { forgetHere } from "./kiosk/forget.ts";
import type { SharedJourney } from "./kiosk/shared-device.tsx";
import {
  APP_ID,
  CONSENT_FORM_ID,
  CONSENT_RECORDED_ID,
  KIOSK_DATA_ID,
  type PageData,
  PLAYBACK_DATA_ID,
  TOKEN_FRAGMENT,
} from "./page-contract.ts";
import { applyAccent, fetchPage, readPageData, takeToken } from "./page-data.ts";
import { type BackGuard, createBackGuard } from "./runner/back-guard.ts";
import { watchPage, type WatchedPage } from "./runner/watch.ts";
import { App, Message } from "./screens/app.tsx";
import { enhanceConsent, setConsentStatus } from "./screens/consent.tsx";
import { loadTask } from "./tasks/load-task.ts";
import { createQueueStore, openStorage } from "./transport/queue-store.ts";
import { sleep } from "./transport/sleep.ts";
import "./style.css";

const RETRY_MS = 2_000;

/** The server's page, or the one behind the token where the browser refused the cookie. */
async function resolvePage(page: PageData, token: string | null): Promise<PageData | null> {
  if (page.screen !== "shell") return page;
  return token === null ? null : untilAnswered(() => fetchPage(location.pathname + location.search, token));
}

async function untilAnswered<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await sleep(RETRY_MS).done;
    }
  }
}

function container(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found !== null) return found;
  const made = document.createElement("div");
  made.id = id;
  document.body.append(made);
  return made;
}

/** A page that a browser loads on suspicion is no opening: it waits until somebody looks at it. */
async function shown(): Promise<void> {
  if (!("prerendering" in document) || document.prerendering !== true) return;
  await new Promise((resolve) => {
    document.addEventListener("prerenderingchange", resolve, { once: true });
  });
}

async function boot(): Promise<void> {
  if (document.getElementById(KIOSK_DATA_ID) !== null) {
    (await import("./kiosk/staff-page.ts")).runStaffPage();
    return;
  }
  if (document.getElementById(PLAYBACK_DATA_ID) !== null) {
    (await import("./playback/playback-page.tsx")).runPlayback(container(APP_ID));
    return;
  }
  const token = takeToken();
  await shown();
  const first = readPageData();
  if (first === null) return;
  // It takes some frames: they pass while the texts are fetched.
  const device = describeDevice();
  const [page, texts] = await Promise.all([resolvePage(first, token), untilAnswered(() => loadTexts(first.language))]);
  if (page === null) {
    render(<Message name="unknown" texts={texts} />, container(APP_ID));
    return;
  }
  const own = page.language === first.language ? texts : await untilAnswered(() => loadTexts(page.language));
  applyAccent(page.accent);
  play(page, { token, device, texts: own, cookieRefused: first.screen === "shell" });
}

interface Setting {
  readonly device: ReturnType<typeof describeDevice>;
  readonly token: string | null;
  readonly texts: Texts;
  readonly cookieRefused: boolean;
}

function play(page: PageData, { token, device, texts, cookieRefused }: Setting): void {
  const store = createQueueStore(openStorage("localStorage"));
  const call = createClient({ journeyApi: page.journeyApi, token, cookieRefused, fetch: fetch.bind(globalThis) });
  const back = createBackGuard(window, sleep);
  const journey = new Journey({
    call,
    store,
    sleep,
    random: Math.random,
    sessionId: page.sessionId,
    tab: tabName(openStorage("sessionStorage")),
    newName: randomName,
    device: () => device,
    now: () => performance.now(),
    leave: (address) => {
      back.release(() => {
        if (page.staffScreen !== null) forgetHere();
        location.replace(inLanguage(address, page.language));
      });
    },
    onChange: () => {
      draw({ page, texts, journey, back, durable: store.durable });
    },
  });
  followPage(journey);
  // A page brought back from the browser's memory has an old epoch; a fresh start is a resume.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  const isShared = page.staffScreen !== null;
  if (token !== null || isShared) keepLinks({ token, cookieRefused, isShared });
  if (isShared) void guard({ page, texts, store, back });
  if (page.screen === "tasks") draw({ page, texts, journey, back, durable: store.durable });
  void journey.start();
}

/** Fetched by shared devices alone, again until it is there. */
async function guard(journey: Omit<SharedJourney, "overlay">): Promise<void> {
  const { guardSharedDevice } = await untilAnswered(() => import("./kiosk/shared-device.tsx"));
  guardSharedDevice({ ...journey, overlay: container("kiosk") });
}

/** What happens to the page around the journey: noted while it is played, and every sign of life tries the network again. */
function followPage(journey: Journey): void {
  const wake = (): void => {
    if (!document.hidden) journey.wake();
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  // A frozen page that goes on: its timers were stopped, and nothing else may tell it.
  document.addEventListener("resume", wake);
  const { connection = null } = navigator as { readonly connection?: WatchedPage["connection"] };
  watchPage({ window, document, connection, now: () => performance.now(), sleep }, (kind, details) => {
    if (journey.playing) journey.note(kind, details);
  });
}

/** The end page speaks the language of this one, also where no cookie tells it whose journey it ends. */
function inLanguage(address: string, language: string): string {
  const target = new URL(address, location.href);
  if (target.origin !== location.origin) return address;
  target.searchParams.set("lang", language);
  return target.href;
}

interface Drawing {
  readonly page: PageData;
  readonly texts: Texts;
  readonly journey: Journey;
  readonly back: BackGuard;
  readonly durable: boolean;
}

/** The consent page stays as it was sent until the journey goes on; everything after it is drawn here. */
function draw({ page, texts, journey, back, durable }: Drawing): void {
  const lender = page.lenderName ?? "";
  const { screen } = journey;
  const form = document.getElementById(CONSENT_FORM_ID);
  if (screen.kind === "consent" && form === null) {
    // This page was made for a journey with consent and the server says there is none: get the page that asks for it.
    location.reload();
    return;
  }
  if (form !== null && (screen.kind === "starting" || screen.kind === "consent")) {
    setConsentStatus(journey.reachable ? "" : texts.t("common.offline_wait"));
    if (screen.kind === "consent") {
      const onDecide = (decision: "accepted" | "declined"): void => {
        void journey.decide(decision, { version: page.textVersion, language: page.language });
      };
      enhanceConsent({ texts, lender, overlay: container("overlay"), onDecide });
    }
    return;
  }
  const root = container(APP_ID);
  if (form !== null) root.textContent = "";
  prefetch(journey);
  render(<App journey={journey} texts={texts} lender={lender} durable={durable} back={back} />, root);
}

const fetched = new Set<string>();

/** All tasks are fetched while the first is played: a phone that loses its network then can play on. */
function prefetch(journey: Journey): void {
  for (const { task, version } of journey.tasks) {
    if (fetched.has(task)) continue;
    fetched.add(task);
    loadTask(task, version).catch(() => fetched.delete(task));
  }
}

interface Keeping {
  readonly token: string | null;
  readonly cookieRefused: boolean;
  readonly isShared: boolean;
}

/**
 * Without a cookie a plain link would lose the proof: the language links take it along. The page of what is recorded
 * needs none; the address to come back to gets it where no cookie has it. On a shared device they take this page's place,
 * so that the history of the browser does not lead back to it.
 */
function keepLinks({ token, cookieRefused, isShared }: Keeping): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".languages a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      location.replace(link.pathname + link.search + (token === null ? "" : TOKEN_FRAGMENT + token));
    });
  }
  const recorded = document.getElementById(CONSENT_RECORDED_ID);
  if (!(recorded instanceof HTMLAnchorElement)) return;
  if (isShared && !cookieRefused) {
    recorded.addEventListener("click", (event) => {
      event.preventDefault();
      location.replace(recorded.href);
    });
  }
  if (!cookieRefused || token === null) return;
  const address = new URL(recorded.href);
  address.searchParams.delete("from");
  recorded.href = address.href;
  recorded.addEventListener("click", () => {
    history.replaceState(null, "", location.pathname + location.search + TOKEN_FRAGMENT + token);
  });
}

void boot();
