import type { Egress, Outcome } from "../../infra/egress.ts";

/** What an address answered, in words that follow it: "answered with 200". `problem` null: it leads somewhere. */
export interface AddressAnswer {
  readonly answer: string;
  readonly problem: string | null;
}

export interface AskOptions {
  /** For each request; default 10 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
const MOST_REDIRECTS = 3;
const HEADERS = { "user-agent": "Tallystick go-live check", accept: "text/html,*/*;q=0.5" };

/** Answers to a stranger that a page gives all the same: who asks has no sign-in, or used a method it does not know. */
const ANSWERS_ALL_THE_SAME = new Set([401, 403, 405, 429]);

/**
 * HEAD, then GET where HEAD finds nothing: a page is not asked to do its work when it can say that it is there. Each
 * address of at most three redirects passes the guard by itself.
 */
export async function askAddress(egress: Egress, url: string, options: AskOptions = {}): Promise<AddressAnswer> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const ask = (method: "HEAD" | "GET") =>
    follow((next) => egress.look({ method, url: next, headers: HEADERS, timeoutMs }), url);
  const head = await ask("HEAD");
  // No connection is as true of GET; a server that only dislikes HEAD may also answer it with silence.
  const isClear =
    head.outcome.kind === "no_connection" || (head.outcome.kind === "answered" && head.outcome.status < 400);
  return read(isClear ? head : await ask("GET"), timeoutMs);
}

interface Followed {
  readonly outcome: Outcome;
  readonly redirects: number;
  /** Where the last redirect leads when it is not followed: too many, or no address to ask. */
  readonly lost: boolean;
}

async function follow(look: (url: string) => Promise<Outcome>, first: string): Promise<Followed> {
  let url = first;
  for (let redirects = 0; ; redirects++) {
    const outcome = await look(url);
    const location =
      outcome.kind === "answered" && isRedirect(outcome.status) ? outcome.headers["location"] : undefined;
    if (location === undefined) return { outcome, redirects, lost: false };
    const next = URL.canParse(location, url) ? new URL(location, url) : null;
    // An app's own scheme at the end of a redirect is where a phone goes on: an answer, and no more to ask.
    if (next !== null && !/^https?:$/.test(next.protocol)) return { outcome, redirects, lost: false };
    if (next === null || redirects === MOST_REDIRECTS) return { outcome, redirects, lost: true };
    url = next.href;
  }
}

function read({ outcome, redirects, lost }: Followed, timeoutMs: number): AddressAnswer {
  const by = redirects === 0 ? "" : ` after ${redirects === 1 ? "a redirect" : `${redirects} redirects`}`;
  if (outcome.kind === "no_connection") return failed(`could not be reached from this server${by}`);
  if (outcome.kind === "no_answer") return failed(`gave no answer within ${timeoutMs / 1000} s${by}`);
  if (lost) return failed(`redirects more than ${MOST_REDIRECTS} times, or to nowhere`);
  const { status } = outcome;
  const answer = `answered with ${status}${by}`;
  if (status < 400) return { answer, problem: null };
  if (ANSWERS_ALL_THE_SAME.has(status)) {
    return {
      answer: `${answer}, which may mean no more than that we are strangers: open it on a phone`,
      problem: null,
    };
  }
  return failed(answer);
}

function failed(problem: string): AddressAnswer {
  return { answer: problem, problem };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
