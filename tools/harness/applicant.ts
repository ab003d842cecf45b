import { createHash, randomUUID } from "node:crypto";
import { findTask, type PlayerName, playTask, type SandboxPlayer, type TaskInput } from "@tallystick/tasks";

/**
 * An applicant's browser without the browser: follows a link, keeps the journey cookie and speaks the public
 * assessment API. The inputs come from the simulated applicants of the tasks, on a virtual clock.
 */

export interface Grant {
  readonly task_index: number;
  readonly attempt: number;
  readonly task: string;
  readonly version: number;
  readonly seed: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface Journey {
  readonly state: string;
  readonly run: number;
  readonly epoch: number;
  readonly tasks: readonly { readonly task: string; readonly version: number; readonly done: boolean }[];
  readonly grants: readonly Grant[];
}

/** A status and what stood in the body; nothing is thrown for a refusal. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

export type JourneyCall = "open" | "consent" | "batches" | "task-done" | "finish" | "stop" | "note";

const BATCH_SIZE = 20;

const DEVICE = {
  class: "phone",
  pointer: "coarse",
  refresh_hz: 60,
  viewport: [390, 844],
  webdriver: false,
  reduced_motion: false,
  time_zone_offset_minutes: -180,
};

/** What one browser tab holds once the link has been followed. */
export interface Tab {
  readonly baseUrl: string;
  readonly sessionId: string;
  /** `name=value` as the browser would send it back. */
  readonly cookie: string;
  /** The journey token of the address' fragment, for browsers that refuse cookies. */
  readonly token: string;
  /** Sends one call of the applicant's API with this tab's cookie. */
  call<Body = Record<string, unknown>>(
    call: JourneyCall,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
  /** The page itself as HTML. */
  page(): Promise<Answer<string>>;
}

/** GETs the link like a browser: takes the cookie, follows to the journey's page. Throws when it is not accepted. */
export async function followLink(link: string): Promise<Tab> {
  const handover = await fetch(link, { redirect: "manual" });
  await handover.arrayBuffer();
  const location = handover.headers.get("location");
  if (handover.status !== 303 || location === null) throw new Error(`The link answered ${handover.status}`);
  const target = new URL(location, link);
  const sessionId = /^\/play\/([^/]+)$/.exec(target.pathname)?.[1];
  if (sessionId === undefined) throw new Error(`The link leads to ${target.pathname}`);
  const cookie = handover.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const token = new URLSearchParams(target.hash.slice(1)).get("j") ?? "";
  return makeTab({ baseUrl: target.origin, sessionId, cookie, token });
}

export function makeTab(seat: Pick<Tab, "baseUrl" | "sessionId" | "cookie" | "token">): Tab {
  const cookies: Record<string, string> = seat.cookie === "" ? {} : { cookie: seat.cookie };
  return {
    ...seat,
    async call<Body>(call: JourneyCall, body: unknown, headers: Record<string, string> = {}): Promise<Answer<Body>> {
      const response = await fetch(`${seat.baseUrl}/play/${seat.sessionId}/${call}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...cookies, ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: (text === "" ? {} : JSON.parse(text)) as Body,
      };
    },
    async page() {
      const response = await fetch(`${seat.baseUrl}/play/${seat.sessionId}`, { headers: cookies, redirect: "manual" });
      return { status: response.status, headers: response.headers, body: await response.text() };
    },
  };
}

/** The page's own data, which the server embeds as JSON. */
export function pageData(html: string): { readonly textVersion: string; readonly language: string } {
  const json = /<script type="application\/json" id="tallystick-page">([\s\S]*?)<\/script>/.exec(html)?.[1];
  if (json === undefined) throw new Error("The page carries no page data");
  return JSON.parse(json) as { textVersion: string; language: string };
}

export function openRequest(tab: string = randomUUID()): unknown {
  return { tab, device: DEVICE };
}

/** Throws with the server's own words unless the call was accepted. */
export async function must<Body>(answer: Promise<Answer<Body>>): Promise<Body> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`The server answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Opens the journey and accepts the consent page. */
export async function openAndConsent(tab: Tab): Promise<Journey> {
  const { textVersion, language } = pageData((await tab.page()).body);
  const opened = await must(tab.call<Journey>("open", openRequest()));
  if (opened.state !== "opened") return opened;
  const consent = { run: opened.run, epoch: opened.epoch, decision: "accepted", text_version: textVersion, language };
  return must(tab.call<Journey>("consent", consent));
}

export interface PlayOptions {
  /** Who plays; the same name on the same seeds does the same. */
  readonly person: string;
  readonly player?: PlayerName | SandboxPlayer;
}

/** What the person would do in this attempt, by the task's own simulated applicants. */
export function inputsFor(grant: Grant, { person, player = "honest" }: PlayOptions): readonly TaskInput[] {
  const definition = findTask(grant.task, grant.version);
  if (definition === null) throw new Error(`Unknown task ${grant.task} v${grant.version}`);
  const personSeed = createHash("sha256").update(person).digest("hex").slice(0, 32);
  return playTask(definition, player, { seed: grant.seed, parameters: grant.parameters, personSeed });
}

/** The bodies of the batches that carry these inputs, in order. */
export function batchesOf(journey: Journey, grant: Grant, inputs: readonly TaskInput[]): readonly Batch[] {
  const { run, epoch } = journey;
  const { task_index, attempt } = grant;
  const count = Math.ceil(inputs.length / BATCH_SIZE);
  return Array.from({ length: count }, (_, seq) => ({
    run,
    epoch,
    task_index,
    attempt,
    seq,
    inputs: inputs.slice(seq * BATCH_SIZE, (seq + 1) * BATCH_SIZE),
  }));
}

export interface Batch {
  readonly run: number;
  readonly epoch: number;
  readonly task_index: number;
  readonly attempt: number;
  readonly seq: number;
  readonly inputs: readonly TaskInput[];
}

export interface PlayedTask {
  readonly task_index: number;
  readonly attempt: number;
  readonly last_seq: number;
}

/** Plays the task that is due and tells the server that it is done. */
export async function playNextTask(
  tab: Tab,
  journey: Journey,
  options: PlayOptions,
): Promise<{ journey: Journey; played: PlayedTask }> {
  const grant = currentGrant(journey);
  const batches = batchesOf(journey, grant, inputsFor(grant, options));
  for (const batch of batches) await must(tab.call("batches", batch));
  const played = { task_index: grant.task_index, attempt: grant.attempt, last_seq: batches.length - 1 };
  const next = await must(tab.call<Journey>("task-done", { run: journey.run, epoch: journey.epoch, ...played }));
  return { journey: next, played };
}

export function currentGrant(journey: Journey): Grant {
  const index = journey.tasks.findIndex((task) => !task.done);
  const grant = journey.grants.find((candidate) => candidate.task_index === index);
  if (grant === undefined) throw new Error(`No grant for task ${index} in ${JSON.stringify(journey)}`);
  return grant;
}

/** From an opened journey to the last task; finishing is the caller's. */
export async function playAllTasks(
  tab: Tab,
  opened: Journey,
  options: PlayOptions,
): Promise<{ journey: Journey; tasks: readonly PlayedTask[] }> {
  let journey = opened;
  const tasks: PlayedTask[] = [];
  while (journey.tasks.some((task) => !task.done)) {
    const step = await playNextTask(tab, journey, options);
    journey = step.journey;
    tasks.push(step.played);
  }
  return { journey, tasks };
}

/** The whole journey: link, consent, all tasks, finish. */
export async function completeJourney(
  link: string,
  options: PlayOptions,
): Promise<{ readonly sessionId: string; readonly state: string }> {
  const tab = await followLink(link);
  const opened = await openAndConsent(tab);
  const { journey, tasks } = await playAllTasks(tab, opened, options);
  const ended = await must(tab.call<{ state: string }>("finish", { run: journey.run, epoch: journey.epoch, tasks }));
  return { sessionId: tab.sessionId, state: ended.state };
}
