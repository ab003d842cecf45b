import type { AccentPalette, EnvironmentSettings } from "@tallystick/contract";

export type UseCase = EnvironmentSettings["use_case"];

/**
 * What the server's HTML pages and the applicant's app agree on: the page data in `#tallystick-page`, the element ids,
 * and what each journey call answers. The server renders, the app enhances.
 *
 * `GET /play/:session_id` renders one of three screens (`PageData.screen`):
 * - `consent`: the whole consent text as HTML (`i18n/pages/<language>.json`, keys `consent.*`), readable before any script
 *   runs. Both buttons carry `disabled`; the app removes it once it can act on them.
 * - `tasks`: an empty `#app`, for a journey that has its consent.
 * - `shell`: the request carried no journey cookie. Nothing about the lender or the journey is shown. If the address
 *   had the fragment `#j=<journey token>`, the app asks for the same address again with the header
 *   `tallystick-journey` and puts `#app` and `#tallystick-page` of that answer in place of its own; without it the
 *   app asks the applicant to open the link again.
 * `GET /play/:session_id/end` (and every `next`) must answer without a cookie too: it is where a browser that refuses
 * cookies ends. It shows no personal data.
 *
 * Order of elements in every page:
 *
 *   <!doctype html><html lang="en" dir="ltr"><head>       dir: of the language
 *     <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
 *     <meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
 *     <title>…</title>
 *     <style>…</style>                                       manifest["index.html"].css, all pages, end pages too: the
 *                                                            file's text, allowed by its hash in the policy
 *     <link rel="modulepreload" href="/assets/…js">          manifest["src/i18n/<language>.json"].file and, in `consent`
 *                                                            and `tasks`, manifest["src/tasks/<task>/view.tsx"].file of
 *                                                            the first open task, with the `imports` of both
 *     <script type="module" src="/assets/…js"></script>      manifest["index.html"].file; not on end pages
 *   </head><body>
 *     <div id="app">…</div>
 *     <script type="application/json" id="tallystick-page">…</script>      not on end pages; escape `<` as \u003c
 *   </body></html>
 *
 * `#app` of the consent page (all texts from the server's catalogue; `{lender}`, `{count}` minutes are filled in):
 *
 *   <main class="page consent">
 *     <nav class="languages" aria-label="consent.languages">   only when several are offered; with more than two others
 *       <a lang="es" hreflang="es" href="?lang=es">Español</a>   the links wait in <details><summary>
 *     </nav>
 *     <p class="lender"><bdi>Lender's name</bdi></p>
 *     <h1>consent.title</h1>
 *     <p class="lead">consent.lead</p>
 *     <h2>consent.what_title</h2><ul class="points"><li>consent.what_answers<li>consent.what_device<li>consent.what_never</ul>
 *     <p><a class="policy" id="consent-recorded" href="/recorded?…">consent.recorded</a></p>
 *     <h2>consent.why_title</h2><p>consent.why_text</p>
 *     <h2>consent.choice_title</h2><p>consent.choice_text</p>
 *     <p><a class="policy" href="…" target="_blank" rel="noopener noreferrer">consent.policy</a></p>   only with a policy URL
 *     <form id="consent" class="actions">
 *       <button id="consent-accept" type="submit" class="button primary" disabled>consent.accept</button>
 *       <button id="consent-decline" type="button" class="button quiet" disabled>consent.decline</button>
 *       <p id="consent-status" class="status" role="status"></p>
 *     </form>
 *     <noscript><p class="notice">consent.noscript</p></noscript>
 *   </main>
 *
 * End pages:
 *
 *   <main class="page end">
 *     <p class="lender"><bdi>Lender's name</bdi></p>          not on the neutral 404 page
 *     <h1>end.<outcome>_title</h1><p class="lead">end.<outcome>_text</p>
 *     <p class="actions"><a class="button primary" href="…">end.continue</a></p>      only with a redirect
 *     <p class="status">end.redirecting</p>                   only while a redirect is about to happen
 *   </main>
 *
 * with `<outcome>` one of completed, again (completed before this opening), cancelled, withdrawn (by the lender),
 * incomplete, expired, replaced, unknown, failed, maintenance, busy. The last two ask again by themselves.
 *
 * On a shared device (`useCase`) a journey ends on `/kiosk/<integration id>/end`, which asks for the device and goes on
 * to the lender's redirect or to `/kiosk/<integration id>`, the staff screen. Both carry `#tallystick-kiosk` in place of
 * the page data; their script only forgets what is left in the browser and keeps its history empty.
 */
export interface PageData {
  readonly sessionId: string;
  readonly screen: "consent" | "tasks" | "shell";
  /** A catalogue in `i18n/` and `i18n/pages/`; the page's `lang`. */
  readonly language: string;
  /** `consent.version` of that catalogue as rendered; goes back with the decision. */
  readonly textVersion: string;
  /** `/play/<session id>/`; the calls below are relative to it. */
  readonly journeyApi: string;
  /** null in `shell`. */
  readonly lenderName: string | null;
  /** The lender's colours made readable, `#rrggbb` each; null for the app's own. */
  readonly accent: AccentPalette | null;
  /** On a shared device nothing of a person may remain, and somebody takes it back (`kiosk/`). */
  readonly useCase: UseCase;
  /** Path of the screen that staff open between applicants; null in `shell` and on people's own devices. */
  readonly staffScreen: string | null;
}

export const PAGE_DATA_ID = "tallystick-page";
/** What the screens of a shared device between two people carry. */
export interface KioskData {
  /** Where the page goes on to by itself, after so many seconds in which nobody touched it; null = nowhere. */
  readonly next: string | null;
  readonly seconds: number;
}
/** Stands in the screens of a shared device between two people, in place of the page data. */
export const KIOSK_DATA_ID = "tallystick-kiosk";
/** Stands in the page that plays recordings back, in place of the page data; it shows no journey of its own. */
export const PLAYBACK_DATA_ID = "tallystick-playback";
export const APP_ID = "app";
export const CONSENT_FORM_ID = "consent";
export const CONSENT_ACCEPT_ID = "consent-accept";
export const CONSENT_DECLINE_ID = "consent-decline";
export const CONSENT_RECORDED_ID = "consent-recorded";
export const CONSENT_STATUS_ID = "consent-status";
/** `#j=<journey token>`, removed from the address before anything else happens. */
export const TOKEN_FRAGMENT = "#j=";

/**
 * Answers of `POST <journeyApi><call>`; bodies are the request types of the contract's journey API.
 *
 * | call        | 200                                                        | further errors beside the journey ones      |
 * |-------------|------------------------------------------------------------|---------------------------------------------|
 * | `open`      | `Journey`                                                  |                                             |
 * | `consent`   | accepted: `Journey` with grants; declined: `Ended`         |                                             |
 * | `batches`   | `BatchResponse`                                            | `batch_gap` + `expected_seq`, `batch_conflict`, `attempt_unknown` |
 * | `task-done` | `Journey`; the same again when the task is done already    | `batch_gap` + `expected_seq`, `attempt_unknown` |
 * | `finish`    | `Ended`; the same again when finished already              | `inputs_missing` + `missing: [{task_index, attempt, expected_seq}]` |
 * | `stop`      | `Ended`                                                    |                                             |
 * | `note`      | 204                                                        |                                             |
 *
 * Every call: `journey_unknown`, `journey_mismatch`, `journey_replaced`, `journey_ended` + `next`, `consent_missing`,
 * `taken_over`, `rate_limited` (Retry-After), `unavailable`, `internal_error`.
 */
export type JourneyCall = "open" | "consent" | "batches" | "task-done" | "finish" | "stop" | "note";
