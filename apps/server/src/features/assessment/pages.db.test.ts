import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import { Applicant, createLender, moveExpiry, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { endSession, lockSession } from "../sessions/lifecycle.ts";

let store: TestDeps;
let app: FastifyInstance;
let lender: Lender;

beforeAll(async () => {
  store = await testDeps();
  app = buildApp(store.deps);
  lender = await createLender(store.deps, {
    languages: ["en", "es"],
    brand: { lender_name: "Acme Bank" },
    cancellation_url: "acme://cancelled?x=1&y=2",
    expiry_url: "acme://late",
  });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

const SPANISH = { "accept-language": "es-MX,es;q=0.9" };

/** Everything the database holds of a session, as text: equal texts are equal states. */
async function everythingOf(sessionId: string): Promise<string> {
  const rows = await store.deps.db.query<{ readonly text: string }>(
    `SELECT (SELECT jsonb_agg(to_jsonb(s)) FROM sessions s WHERE company_id = $1 AND session_id = $2)::text
         || coalesce((SELECT jsonb_agg(to_jsonb(f) ORDER BY f.fact_id) FROM session_facts f
                       WHERE company_id = $1 AND session_id = $2)::text, '-')
         || coalesce((SELECT jsonb_agg(to_jsonb(e) ORDER BY e.event_id) FROM events e
                       WHERE company_id = $1 AND session_id = $2)::text, '-') AS text`,
    [lender.companyId, sessionId],
  );
  return rows[0]?.text ?? "";
}

async function end(sessionId: string, state: "cancelled" | "expired"): Promise<void> {
  if (state === "expired") return moveExpiry(store.deps, lender, { sessionId, seconds: -5 });
  await store.deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, { companyId: lender.companyId, sessionId });
    if (session) await endSession(tx, store.deps, session, { state, reasons: ["CANCELLED_BY_LENDER"] });
  });
}

/** What somebody sees who opens this link anew, after all redirects of ours. */
async function read(path: string): Promise<{ readonly status: number; readonly body: string }> {
  const visitor = new Applicant(app);
  let answer = await visitor.get(path, SPANISH);
  for (let hops = 0; answer.status === 303 && answer.location.startsWith("/") && hops < 4; hops += 1) {
    answer = await visitor.get(answer.location.split("#")[0] ?? "", SPANISH);
  }
  return answer;
}

describe("a link that can not be played is a page of its own, in the language of whoever opens it", () => {
  test("used: that all has arrived and nothing more is to be done", async () => {
    const { code } = await lender.session();
    const player = new Applicant(app);
    player.language = "es";
    await player.playAll(`/a/${code}`);
    const { body } = await player.finish();
    expect((await player.get(String(body["next"]))).body).toContain("Gracias");
    const { status, body: page } = await read(`/a/${code}`);
    expect([status, page.includes("Ya habías terminado"), page.includes("Acme Bank")]).toEqual([200, true, true]);
    expect(page).toContain('<html lang="es"');
  });

  test("expired and cancelled by the lender: why, and the lender's way on as a button", async () => {
    const late = await lender.session();
    await end(late.sessionId, "expired");
    const expired = await read(`/a/${late.code}`);
    expect(expired.body).toContain("Este enlace ha caducado");
    expect(expired.body).toContain('<a class="button primary" href="acme://late">');
    const closed = await lender.session();
    await end(closed.sessionId, "cancelled");
    const withdrawn = await read(`/a/${closed.code}`);
    expect(withdrawn.body).toContain("Este enlace se ha cerrado");
    expect(withdrawn.body).toContain('<a class="button primary" href="acme://cancelled?x=1&amp;y=2">');
  });

  test("declined and stopped: what the applicant did, without reproach", async () => {
    const declined = await lender.session();
    const first = new Applicant(app);
    first.language = "es";
    await first.follow(`/a/${declined.code}`);
    await first.open();
    await first.consent("declined");
    expect((await read(`/a/${declined.code}`)).body).toContain("No aceptaste");
    const stopped = await lender.session();
    const second = new Applicant(app);
    second.language = "es";
    await second.follow(`/a/${stopped.code}`);
    await second.open();
    await second.consent();
    await second.post("stop", second.position);
    expect((await read(`/a/${stopped.code}`)).body).toContain("Has parado");
  });

  test("replaced: in the session's language where the browser asks for none, and never whose it was", async () => {
    const { token, sessionId } = await lender.session(undefined, { language: "es" });
    await store.deps.db.query("UPDATE sessions SET run = 2 WHERE company_id = $1 AND session_id = $2", [
      lender.companyId,
      sessionId,
    ]);
    const answer = await app.inject({ url: `/${token}` });
    expect([answer.statusCode, answer.body.includes("Hay un enlace más nuevo")]).toEqual([409, true]);
    expect(answer.body).not.toContain("Acme");
  });
});

describe("a link with what a messenger put around it", () => {
  test("opens when one whole code or token is in it", async () => {
    const { code, token, sessionId } = await lender.session();
    const around = [")", ".", "…", "%E2%80%A6", "%22", "*", ",", "%20", "%29."];
    for (const tail of around) {
      for (const path of [`/a/${code}${tail}`, `/psychometrics/${token}${tail}`, `/${token}${tail}`]) {
        const { status, location } = await new Applicant(app).get(path);
        expect([path, status]).toEqual([path, 303]);
        expect(location).toContain(`/play/${sessionId}#`);
      }
    }
    expect((await new Applicant(app).get(`/a/${code.toUpperCase()}`)).status).toBe(303);
    const slash = await app.inject({ url: `/a/${code}/`, headers: { accept: "text/html" } });
    expect([slash.statusCode, slash.headers.location]).toEqual([303, `/a/${code}`]);
  });

  test("is never guessed: cut anywhere, or with a word after it, it gets the page of an unknown link to the byte", async () => {
    const { code, token } = await lender.session();
    const unknown = (await new Applicant(app).get("/a/0000000000aa")).body;
    const cut = [4, 8, 11].map((length) => `/a/${code.slice(0, length)}`);
    const mangled = [
      `/a/${code}.Thanks`,
      `/a/${code}a`,
      `/psychometrics/${token.slice(0, -5)}`,
      `/${token.slice(0, -1)}`,
    ];
    const joined = [`/psychometrics/${token}${code}`, `/a/${code}%20${code}`];
    for (const path of [...cut, ...mangled, ...joined]) {
      const { status, body } = await new Applicant(app).get(path);
      expect([path, status]).toEqual([path, 404]);
      expect(body).toBe(unknown);
    }
    expect(unknown).toContain("make sure that all of it is opened");
  });
});

/** As their makers document them. */
const PREVIEW_AGENTS = [
  "WhatsApp/2.24.11.85 A",
  "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
  "TelegramBot (like TwitterBot)",
  "Twitterbot/1.0",
  "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
  "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
  "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
  "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
  "facebookexternalhit/1.1;line-poker/1.0",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
];
const BROWSERS = [
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/460.0]",
  "Mozilla/5.0 (Linux; Android 13; SM-A145F) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0 Mobile Safari/537.36 Line/14.1.1/IAB",
  "Mozilla/5.0 (Linux; Android 12; wv) AppleWebKit/537.36 Version/4.0 Chrome/119.0 Mobile Safari/537.36 Telegram-Android/10.5",
];

describe("a messenger that fetches the link", () => {
  test.each(PREVIEW_AGENTS)(
    "changes nothing, gets no cookie, and shows the lender and nobody else: %s",
    async (agent) => {
      const { code, token, sessionId, uid } = await lender.session();
      const before = await everythingOf(sessionId);
      expect(before).toContain(sessionId);
      for (const path of [`/a/${code}`, `/psychometrics/${token}`, `/${token}`]) {
        for (const method of ["GET", "HEAD"] as const) {
          const answer = await app.inject({ method, url: path, headers: { "user-agent": agent } });
          expect([answer.statusCode, answer.headers["set-cookie"]]).toEqual([200, undefined]);
          if (method === "HEAD") continue;
          expect(answer.body).toContain('property="og:title" content="Acme Bank invites you to a few short games"');
          expect(answer.body).toMatch(/property="og:description" content="[^"]{40,160}"/);
          expect(answer.body).toContain('<meta name="robots" content="noindex" />');
          expect(answer.body).not.toContain("<script");
          for (const secret of [uid, sessionId, code, token]) expect(answer.body).not.toContain(secret);
          // Without the app's style, which stands inside where the app is built.
          expect(answer.body.replace(/<style[\s\S]*?<\/style>/g, "").length).toBeLessThan(2_500);
        }
      }
      expect(await everythingOf(sessionId)).toBe(before);
    },
  );

  test("sees the same card whatever became of the journey, and of an unknown link the neutral page", async () => {
    const headers = { "user-agent": PREVIEW_AGENTS[0] ?? "" };
    const [fresh, closed] = [await lender.session(), await lender.session()];
    await end(closed.sessionId, "cancelled");
    const cards = [fresh, closed].map(({ code }) => app.inject({ url: `/a/${code}`, headers }));
    const [one, other] = (await Promise.all(cards)).map(({ body }) => body);
    expect(one).toBe(other);
    const unknown = await app.inject({ url: "/a/0000000000aa", headers });
    expect(unknown.statusCode).toBe(404);
    expect(unknown.body).toBe((await app.inject({ url: "/a/0000000000aa" })).body);
    expect(unknown.body).not.toContain('property="og:');
  });

  test("that gives no name of its own sees a card that names nobody, and changes nothing either", async () => {
    const { code, sessionId } = await lender.session();
    const before = await everythingOf(sessionId);
    const { headers } = await app.inject({ url: `/a/${code}` });
    // A program keeps no cookie and sends no fragment.
    const { body } = await app.inject({ url: String(headers.location).split("#")[0] ?? "" });
    expect(body).toContain('property="og:title" content="A few short games"');
    expect(body).not.toContain("Acme");
    expect(await everythingOf(sessionId)).toBe(before);
  });

  test("a person who is taken for one is a button away", async () => {
    const { code, sessionId } = await lender.session();
    const headers = { "user-agent": PREVIEW_AGENTS[0] ?? "" };
    const card = await app.inject({ url: `/a/${code}`, headers });
    const href = /<a class="button primary" href="([^"]+)"/.exec(card.body)?.[1] ?? "";
    const place = new URL(href, `http://127.0.0.1/a/${code}`);
    const opened = await app.inject({ url: place.pathname + place.search, headers });
    expect(opened.headers.location).toContain(`/play/${sessionId}#`);
  });

  test.each(BROWSERS)("is no browser of a person: %s", async (agent) => {
    const { code } = await lender.session();
    expect((await app.inject({ url: `/a/${code}`, headers: { "user-agent": agent } })).statusCode).toBe(303);
  });
});
