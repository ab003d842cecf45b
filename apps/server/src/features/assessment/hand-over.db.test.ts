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
  lender = await createLender(store.deps, { expiry_url: "https://lender.example/expired?a=1&b=2" });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

/** The same database behind another PUBLIC_URL. */
function appAt(publicUrl: string): FastifyInstance {
  return buildApp({ ...store.deps, config: { ...store.deps.config, publicUrl } });
}

async function cookieLine(path: string, server: FastifyInstance = app): Promise<string> {
  const answer = await server.inject({ method: "GET", url: path });
  return String(answer.headers["set-cookie"]);
}

const setState = (sessionId: string, sql: string) =>
  store.deps.db.query(`UPDATE sessions SET ${sql} WHERE company_id = $1 AND session_id = $2`, [
    lender.companyId,
    sessionId,
  ]);

describe("the link", () => {
  test("opens by code and by token at both addresses, by GET and by HEAD, without a token in the page's path", async () => {
    const { code, token, sessionId } = await lender.session();
    for (const url of [`/a/${code}`, `/psychometrics/${token}`, `/${token}`]) {
      for (const method of ["GET", "HEAD"] as const) {
        const answer = await app.inject({ method, url });
        expect([method, answer.statusCode]).toEqual([method, 303]);
        const location = String(answer.headers.location);
        expect(location).toMatch(new RegExp(`^/play/${sessionId}#j=[\\w.-]+$`));
        expect(location).not.toContain(token);
        expect(answer.headers["cache-control"]).toBe("no-store");
        expect(answer.headers["referrer-policy"]).toBe("no-referrer");
      }
    }
  });

  test("sets a __Host- cookie on https and on loopback, and a plain one where browsers would refuse it", async () => {
    const { code, sessionId } = await lender.session();
    const strict = new RegExp(
      `^__Host-tsj_${sessionId}=[\\w.-]+; Max-Age=\\d+; Path=/; HttpOnly; Secure; SameSite=Lax$`,
    );
    expect(await cookieLine(`/a/${code}`)).toMatch(strict);
    const https = appAt("https://play.example");
    expect(await cookieLine(`/a/${code}`, https)).toMatch(strict);
    await https.close();
    const lan = appAt("http://192.168.1.20:8080");
    expect(await cookieLine(`/a/${code}`, lan)).toMatch(
      new RegExp(`^tsj_${sessionId}=[\\w.-]+; Max-Age=\\d+; Path=/; HttpOnly; SameSite=Lax$`),
    );
    await lan.close();
  });

  test("a journey that may be framed gets a partitioned cookie and says who may frame it, cookie or not", async () => {
    const framed = await createLender(store.deps, { frame_ancestors: ["https://bank.example"] });
    const { code } = await framed.session();
    expect(await cookieLine(`/a/${code}`)).toMatch(/; SameSite=None; Partitioned$|; Partitioned; SameSite=None$/);
    const browser = new Applicant(app);
    const { location } = await browser.follow(`/a/${code}`);
    const page = location.split("#")[0] ?? "";
    for (const visitor of [browser, new Applicant(app)]) {
      const { headers } = await visitor.get(page);
      expect(headers["content-security-policy"]).toContain("frame-ancestors https://bank.example");
      expect(headers["x-frame-options"]).toBeUndefined();
    }
  });

  test("a shared device forgets the journey with the browser; a browser of many journeys keeps the newest", async () => {
    const branch = await createLender(store.deps, { use_case: "in_branch_shared_device" });
    const browser = new Applicant(app);
    const ids: string[] = [];
    for (let count = 0; count < 15; count += 1) {
      const { code, sessionId } = await branch.session();
      ids.push(sessionId);
      expect(await cookieLine(`/a/${code}`)).not.toContain("Max-Age");
      await browser.follow(`/a/${code}`);
    }
    expect([...browser.cookies.keys()].toSorted()).toEqual(
      ids
        .slice(-12)
        .map((id) => `__Host-tsj_${id}`)
        .toSorted(),
    );
  });
});

describe("old links", () => {
  test("erased, forged and unknown ones get one neutral 404 page of identical bytes", async () => {
    const erased = await lender.session();
    const real = await lender.session();
    await setState(erased.sessionId, "state = 'erased'");
    const unsigned = real.token.split(".").slice(0, 2).join(".");
    const bodies = new Set<string>();
    for (const url of [
      `/a/${erased.code}`,
      `/${erased.token}`,
      `/psychometrics/${erased.token}`,
      `/${unsigned}.${"A".repeat(43)}`,
      "/psychometrics/nothing",
      "/aaaa.bbbb.cccc",
      "/a/0000000000aa",
      "/a/%00",
    ]) {
      const answer = await app.inject({ method: "GET", url });
      expect([url, answer.statusCode]).toEqual([url, 404]);
      expect(answer.headers["content-type"]).toContain("text/html");
      expect(answer.headers["set-cookie"]).toBeUndefined();
      bodies.add(answer.body);
    }
    expect(bodies.size).toBe(1);
    expect([...bodies][0]).toContain("This link is not valid");
  });

  test("a link of an earlier start says that it was replaced, on its page and to its calls; the short code goes on", async () => {
    const { code, token, sessionId } = await lender.session();
    const browser = new Applicant(app);
    await browser.follow(`/a/${code}`);
    await browser.open();
    await setState(sessionId, "run = 2, state = 'created', opened_at = NULL");
    for (const path of [`/${token}`, `/play/${sessionId}`, `/play/${sessionId}/end`]) {
      const answer = await browser.get(path);
      expect([path, answer.status]).toEqual([path, 409]);
      expect(answer.body).toContain("There is a newer link");
    }
    expect((await browser.post("stop", { run: 1, epoch: 1 })).body["code"]).toBe("journey_replaced");
    expect((await new Applicant(app).follow(`/a/${code}`)).status).toBe(303);
  });

  test("completed, cancelled and expired ones lead to their redirect or page, incomplete ones to their page", async () => {
    const { code, token, sessionId } = await lender.session();
    const browser = new Applicant(app);
    await browser.follow(`/a/${code}`);
    await browser.open();
    await browser.consent();
    await browser.post("stop", browser.position);
    const again = new Applicant(app);
    expect((await again.follow(`/${token}`)).status).toBe(303);
    expect((await again.get(`/play/${sessionId}`)).location).toBe(`/play/${sessionId}/end`);
    expect((await again.get(`/play/${sessionId}/end`)).body).toContain("You stopped");

    const late = await lender.session();
    await moveExpiry(store.deps, lender, { sessionId: late.sessionId, seconds: -5 });
    const visitor = new Applicant(app);
    await visitor.follow(`/${late.token}`);
    expect(await visitor.get(`/play/${late.sessionId}/end`)).toMatchObject({
      status: 303,
      location: "https://lender.example/expired?a=1&b=2",
    });

    const cancelled = await lender.session();
    await store.deps.db.transaction(async (tx) => {
      const session = await lockSession(tx, { companyId: lender.companyId, sessionId: cancelled.sessionId });
      if (session) await endSession(tx, store.deps, session, { state: "cancelled", reasons: ["LINK_REVOKED"] });
    });
    const revoked = new Applicant(app);
    await revoked.follow(`/a/${cancelled.code}`);
    expect((await revoked.get(`/play/${cancelled.sessionId}/end`)).body).toContain("This link was closed");
  });
});

test("a journey past its time leads a page that reloads to its end and never in a circle", async () => {
  const { code, sessionId } = await lender.session();
  const browser = new Applicant(app);
  await browser.follow(`/a/${code}`);
  await browser.open();
  await browser.consent();
  await moveExpiry(store.deps, lender, { sessionId, seconds: -60 });
  // The page still gets its app, so that it can send what it has stored.
  expect((await browser.get(`/play/${sessionId}`)).body).toContain('"screen":"tasks"');
  const { body } = await browser.open();
  expect(body["next"]).toBe(`/play/${sessionId}/end`);
  expect((await browser.get(`/play/${sessionId}/end`)).location).toBe("https://lender.example/expired?a=1&b=2");
});

describe("the page", () => {
  test("shows consent as readable HTML before any script, under a strict policy", async () => {
    const named = await createLender(store.deps, {
      privacy_policy_url: "https://lender.example/privacy?x=1&y=2",
      brand: { lender_name: `Kiosk <b>"Uno"</b>` },
      languages: ["en", "es"],
    });
    const { code, sessionId } = await named.session();
    const browser = new Applicant(app);
    await browser.follow(`/a/${code}`);
    const { status, body, headers } = await browser.get(`/play/${sessionId}`);
    expect(status).toBe(200);
    const text = body.replace(/<script[\s\S]*?<\/script>/g, "");
    expect(text).toContain("Kiosk &lt;b&gt;&quot;Uno&quot;&lt;/b&gt;");
    expect(text).not.toContain("<b>");
    expect(text).toContain('href="https://lender.example/privacy?x=1&amp;y=2"');
    expect(text).toContain("What is recorded");
    expect(text).toContain('href="?lang=es"');
    // Where the app is built, the policy also names its style by its hash.
    expect(String(headers["content-security-policy"]).replace(/ 'sha256-[A-Za-z0-9+/]{43}='/, "")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers["cache-control"]).toBe("no-store");
    const data = /<script type="application\/json" id="tallystick-page">([\s\S]*?)<\/script>/.exec(body)?.[1] ?? "";
    expect(data).not.toContain("<");
    expect(JSON.parse(data)).toMatchObject({
      sessionId,
      screen: "consent",
      language: "en",
      journeyApi: `/play/${sessionId}/`,
      lenderName: `Kiosk <b>"Uno"</b>`,
    });
    const spanish = await browser.get(`/play/${sessionId}?lang=es`);
    expect(spanish.body).toContain('<html lang="es"');
    const asked = await browser.get(`/play/${sessionId}`, { "accept-language": "fr, es-MX;q=0.8, en;q=0.5" });
    expect(asked.body).toContain('<html lang="es"');
  });

  test("without a credential shows a shell that says nothing about the lender or whether the journey exists", async () => {
    const { sessionId } = await lender.session();
    const visitor = new Applicant(app);
    const known = await visitor.get(`/play/${sessionId}`);
    const unknown = await visitor.get(`/play/${"x".repeat(sessionId.length)}`);
    expect(known.status).toBe(200);
    expect(known.body.replaceAll(sessionId, "")).toBe(unknown.body.replaceAll("x".repeat(sessionId.length), ""));
    expect(known.body).toContain('"screen":"shell"');
    expect(known.body).not.toContain("Lender ");
  });

  test("with the token in the header shows the consent to a browser that refuses cookies, and its end page without", async () => {
    const { code, sessionId } = await lender.session();
    const first = new Applicant(app);
    await first.follow(`/a/${code}`);
    const bare = Object.assign(new Applicant(app), { sessionId });
    const headers = { "tallystick-journey": first.journeyToken };
    expect((await bare.get(`/play/${sessionId}`, headers)).body).toContain("What is recorded");
    const { DEVICE } = await import("../../testing/journey.ts");
    const opened = await bare.post("open", { tab: "tab-0123456789", device: DEVICE }, { headers });
    const { run, epoch } = opened.body as { run: number; epoch: number };
    const stopped = await bare.post("stop", { run, epoch }, { headers });
    expect(stopped.body["next"]).toBe(`/play/${sessionId}/end?outcome=incomplete&integration=${lender.integrationId}`);
    const end = await bare.get(String(stopped.body["next"]));
    expect([end.status, end.body.includes("You stopped")]).toEqual([200, true]);
    expect((await bare.get(`/play/${sessionId}/end`)).status).toBe(404);
    // By header the ended journey's page is the app, which learns of the end by its first call.
    expect((await bare.get(`/play/${sessionId}`, headers)).body).toContain('"screen":"tasks"');
  });
});

test("the lender's colour is there before any script, under a policy that names this one style", async () => {
  const branded = await createLender(store.deps, { brand: { accent: "#ffd54a" } });
  const { code, sessionId } = await branded.session();
  const browser = new Applicant(app);
  await browser.follow(`/a/${code}`);
  const { body, headers } = await browser.get(`/play/${sessionId}`);
  const nonce = /<style nonce="([^"]+)">/.exec(body)?.[1] ?? "";
  expect(nonce.length).toBeGreaterThanOrEqual(16);
  expect(headers["content-security-policy"]).toMatch(new RegExp(`style-src 'self'( 'sha256-\\S+')? 'nonce-${nonce}';`));
  expect(body).toMatch(/--lender-fill-light: #a3882f;\s+--lender-text-light: #000000;/);
  expect(body).toMatch(/--lender-fill-dark: #ffd54a;\s+--lender-text-dark: #000000;/);
  expect((await browser.get(`/play/${sessionId}`)).body).not.toContain(nonce);
});

describe("the end of a completed journey", () => {
  async function endOf(settings: Parameters<typeof createLender>[1]) {
    const by = await createLender(store.deps, settings);
    const { code, sessionId } = await by.session();
    const browser = new Applicant(app);
    await browser.playAll(`/a/${code}`);
    await browser.finish();
    return browser.get(`/play/${sessionId}/end`);
  }

  test("shown: a page with a button and a redirect after three seconds", async () => {
    const { status, body } = await endOf({ completion_url: "https://lender.example/done?ref=1&x=%20" });
    expect(status).toBe(200);
    expect(body).toContain('<a class="button primary" href="https://lender.example/done?ref=1&amp;x=%20">');
    expect(body).toMatch(/http-equiv="refresh" content="3;url=https:\/\/lender\.example\/done\?ref=1&amp;x=%20"/);
  });

  test("hidden: a redirect at once for http and https", async () => {
    const end = await endOf({ completion_url: "https://lender.example/done", show_completion_page: false });
    expect(end).toMatchObject({ status: 303, location: "https://lender.example/done" });
  });

  test("hidden, another scheme: a page that tries once and shows a button", async () => {
    const { status, body } = await endOf({ completion_url: "bankapp://done?ok=1", show_completion_page: false });
    expect(status).toBe(200);
    expect(body).toMatch(/http-equiv="refresh" content="0;url=bankapp:\/\/done\?ok=1"/);
    expect(body).toContain('href="bankapp://done?ok=1"');
  });

  test("without a redirect: the page alone", async () => {
    const { status, body } = await endOf({});
    expect([status, body.includes("Thank you"), body.includes("refresh"), body.includes("<a ")]).toEqual([
      200,
      true,
      false,
      false,
    ]);
  });
});
