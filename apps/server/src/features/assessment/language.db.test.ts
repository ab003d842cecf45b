import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import { Applicant, createLender, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";

let store: TestDeps;
let app: FastifyInstance;
let lender: Lender;

beforeAll(async () => {
  store = await testDeps();
  app = buildApp(store.deps);
  lender = await createLender(store.deps, { languages: ["en", "fr", "sw", "ar"] });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

async function languageAt(applicant: Applicant, path: string, headers?: Record<string, string>): Promise<string> {
  const { body } = await applicant.get(path, headers);
  return /<html lang="(\w+)" dir="(\w+)"/.exec(body)?.slice(1).join(" ") ?? "";
}

async function decide(applicant: Applicant, decision: "accepted" | "declined", language: string) {
  await applicant.open();
  return applicant.post("consent", { ...applicant.position, decision, text_version: "1", language });
}

describe("the language of a journey", () => {
  test("is the session's, then the browser's, then the first on offer", async () => {
    const swahili = await lender.session(undefined, { language: "sw" });
    const applicant = new Applicant(app);
    await applicant.follow(`/a/${swahili.code}`);
    const french = { "accept-language": "fr-SN, en;q=0.5" };
    expect(await languageAt(applicant, `/play/${swahili.sessionId}`, french)).toBe("sw ltr");
    const any = await lender.session();
    await applicant.follow(`/a/${any.code}`);
    expect(await languageAt(applicant, `/play/${any.sessionId}`, french)).toBe("fr ltr");
    expect(await languageAt(applicant, `/play/${any.sessionId}`, { "accept-language": "th" })).toBe("en ltr");
  });

  test("chosen on the consent page, stays chosen when the link is opened again, in this browser and in this journey", async () => {
    const { code, sessionId } = await lender.session(undefined, { language: "sw" });
    const other = await lender.session(undefined, { language: "sw" });
    const applicant = new Applicant(app);
    await applicant.follow(`/a/${code}`);
    await applicant.follow(`/a/${other.code}`);
    expect(await languageAt(applicant, `/play/${sessionId}?lang=ar`)).toBe("ar rtl");
    expect(await languageAt(applicant, `/play/${sessionId}`)).toBe("ar rtl");
    await applicant.follow(`/a/${code}`);
    expect(await languageAt(applicant, `/play/${sessionId}`)).toBe("ar rtl");
    expect(await languageAt(applicant, `/play/${other.sessionId}`)).toBe("sw ltr");
    const stranger = new Applicant(app);
    await stranger.follow(`/a/${code}`);
    expect(await languageAt(stranger, `/play/${sessionId}`)).toBe("sw ltr");
    // The journey itself is as it was: nobody opened it, and nothing about it was written.
    const rows = await store.deps.db.query("SELECT state, language FROM sessions WHERE session_id = $1", [sessionId]);
    expect(rows).toEqual([{ state: "created", language: "sw" }]);
  });

  test("of the consent goes along to another device, to the games and to the end page", async () => {
    const { code, sessionId } = await lender.session();
    const first = new Applicant(app);
    await first.follow(`/a/${code}`);
    await decide(first, "accepted", "ar");
    const second = new Applicant(app);
    await second.follow(`/a/${code}`);
    expect(await languageAt(second, `/play/${sessionId}`, { "accept-language": "fr" })).toBe("ar rtl");
    await second.open();
    await second.post("stop", second.position);
    expect(await languageAt(second, `/play/${sessionId}/end`, { "accept-language": "fr" })).toBe("ar rtl");
  });

  test("of a refusal is the language of its end page", async () => {
    const { code, sessionId } = await lender.session();
    const applicant = new Applicant(app);
    await applicant.follow(`/a/${code}`);
    await decide(applicant, "declined", "fr");
    const { body } = await applicant.get(`/play/${sessionId}/end`);
    expect(body).toContain("Vous avez refusé");
  });

  test("can be written behind the link by whoever sends it", async () => {
    const { code, sessionId } = await lender.session();
    const applicant = new Applicant(app);
    expect((await applicant.follow(`/a/${code}?lang=fr`)).location).toMatch(/^\/play\/\w+\?lang=fr#j=/);
    expect(await languageAt(applicant, `/play/${sessionId}`)).toBe("fr ltr");
    expect((await new Applicant(app).follow(`/a/${code}?lang=tlh`)).location).toMatch(/^\/play\/\w+#j=/);
  });

  test("that is not offered is neither shown nor remembered", async () => {
    const { code, sessionId } = await lender.session();
    const applicant = new Applicant(app);
    await applicant.follow(`/a/${code}`);
    const before = [...applicant.cookies.values()];
    expect(await languageAt(applicant, `/play/${sessionId}?lang=vi`)).toBe("en ltr");
    expect([...applicant.cookies.values()]).toEqual(before);
  });

  test("in the cookie leaves the credential what it was: the journey goes on with it", async () => {
    const { code, sessionId } = await lender.session();
    const applicant = new Applicant(app);
    await applicant.follow(`/a/${code}`);
    await applicant.get(`/play/${sessionId}?lang=sw`);
    expect([...applicant.cookies.values()].join()).toMatch(/~sw$/);
    expect((await applicant.open()).status).toBe(200);
  });
});

describe("what is recorded and why", () => {
  test("stands at one address in every language, needs no credential, and says nothing about a journey", async () => {
    const visitor = new Applicant(app);
    const { status, body, headers } = await visitor.get("/recorded?lang=ar");
    expect(status).toBe(200);
    expect(body).toContain('<html lang="ar" dir="rtl"');
    expect(body).not.toContain("<script");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect((await visitor.get("/recorded?lang=ar&from=ses_unknown")).body).toContain(
      'href="/play/ses_unknown?lang=ar"',
    );
    expect((await visitor.get("/recorded?lang=ar&from=//evil.example")).body).not.toContain("evil");
    expect(await languageAt(visitor, "/recorded", { "accept-language": "vi" })).toBe("vi ltr");
  });

  test("is linked from the consent page, and leads back to it", async () => {
    const { code, sessionId } = await lender.session();
    const applicant = new Applicant(app);
    await applicant.follow(`/a/${code}`);
    const consent = (await applicant.get(`/play/${sessionId}?lang=fr`)).body;
    const link = /id="consent-recorded" href="([^"]+)"/.exec(consent)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const page = (await applicant.get(link)).body;
    expect(page).toContain("Ce que nous enregistrons");
    const back = /class="button quiet" href="([^"]+)"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(await languageAt(applicant, back)).toBe("fr ltr");
  });

  test("may be shown in the frame that shows the journey", async () => {
    const framed = await createLender(store.deps, { frame_ancestors: ["https://lender.example"] });
    const { headers } = await new Applicant(app).get(`/recorded?integration=${framed.integrationId}`);
    expect(headers["content-security-policy"]).toContain("frame-ancestors https://lender.example");
  });
});
