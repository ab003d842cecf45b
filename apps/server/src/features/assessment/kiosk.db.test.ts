import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import { Applicant, createLender, moveExpiry, sessionView, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";

let store: TestDeps;
let app: FastifyInstance;
let branch: Lender;
let kiosk: string;

const SHARED = { use_case: "in_branch_shared_device" } as const;

beforeAll(async () => {
  store = await testDeps();
  app = buildApp(store.deps);
  branch = await createLender(store.deps, {
    ...SHARED,
    languages: ["en", "es", "ar"],
    brand: { lender_name: "Acme Bank" },
  });
  kiosk = `/kiosk/${branch.integrationId}`;
});
afterAll(async () => {
  await app.close();
  await store.close();
});

const typed = (code: string) => `${kiosk}/open?${new URLSearchParams({ code }).toString()}`;

/** A tablet that plays one journey to its end and follows where that leads. */
async function playOnTablet(tablet: Applicant, path: string) {
  await tablet.playAll(path);
  const { body } = await tablet.finish();
  const end = await tablet.get(String(body["next"]));
  return { end, cookies: [...tablet.cookies.keys()] };
}

describe("the staff screen", () => {
  test("asks for the next person's code, names the lender, and is kept by nobody", async () => {
    const { status, body, headers } = await new Applicant(app).get(kiosk);
    expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
    expect(body).toContain("Ready for the next person");
    expect(body).toContain("Acme Bank");
    expect(body).toContain(`action="${kiosk}/open"`);
    expect((await new Applicant(app).get(kiosk, { "accept-language": "es" })).body).toContain(
      "Todo listo para la siguiente",
    );
  });

  test("opens a code in any case and spacing, and a whole link, without a token in the address", async () => {
    const { code, token, sessionId } = await branch.session();
    const spaced = code.toUpperCase().replace(/(.{4})(?=.)/g, "$1 ");
    for (const text of [
      code,
      ` ${spaced}`,
      `http://127.0.0.1/a/${code}).`,
      `http://127.0.0.1/psychometrics/${token}`,
    ]) {
      const tablet = new Applicant(app);
      const { status, location } = await tablet.get(typed(text));
      expect([text, status, location]).toEqual([text, 303, `/play/${sessionId}`]);
      expect([...tablet.cookies.keys()]).toEqual([`__Host-tsj_${sessionId}`]);
    }
  });

  test("says the same of a code that is unknown, replaced, or another deployment's: it can not be used to find links", async () => {
    const stranger = await createLender(store.deps, SHARED);
    const foreign = await stranger.session();
    const replaced = await branch.session();
    await store.deps.db.query("UPDATE sessions SET run = 2 WHERE company_id = $1 AND session_id = $2", [
      branch.companyId,
      replaced.sessionId,
    ]);
    for (const text of ["", "000000000000", foreign.code, foreign.token, replaced.token, "<script>"]) {
      const tablet = new Applicant(app);
      const { status, location, body } = await tablet.get(typed(text));
      expect([text, status, location, body, tablet.cookies.size]).toEqual([text, 303, `${kiosk}?wrong`, "", 0]);
    }
    const { status, body } = await new Applicant(app).get(`${kiosk}?wrong`);
    expect([status, body.includes("No open link with this code was found here")]).toEqual([200, true]);
  });

  test("exists for shared devices alone; for any other id it is the page of an unknown link", async () => {
    const remote = await createLender(store.deps);
    const { body: unknown } = await new Applicant(app).get("/a/0000000000aa");
    for (const id of [remote.integrationId, "nothing", "%00", "x".repeat(300)]) {
      for (const rest of ["", "/open?code=x", "/end?outcome=completed"]) {
        const answer = await new Applicant(app).get(`/kiosk/${id}${rest}`);
        expect([id.slice(0, 30), rest, answer.status]).toEqual([id.slice(0, 30), rest, 404]);
        expect(answer.body).toBe(unknown);
      }
    }
  });

  test("ends whatever journeys the browser still has, and the link of the one who walked away stays good", async () => {
    const { code, sessionId } = await branch.session();
    const tablet = new Applicant(app);
    await tablet.follow(`/a/${code}`);
    await tablet.open();
    await tablet.consent();
    await tablet.get(kiosk);
    expect(tablet.cookies.size).toBe(0);
    expect((await tablet.get(`/play/${sessionId}`)).body).toContain('"screen":"shell"');
    expect((await sessionView(store.deps, branch, sessionId)).state).toBe("in_progress");
    await tablet.get(typed(code));
    expect((await tablet.get(`/play/${sessionId}`)).body).toContain('"screen":"tasks"');
  });
});

describe("a journey on a shared device", () => {
  test("tells its page so, with the way to the staff screen, and others do not", async () => {
    const { code, sessionId } = await branch.session();
    const tablet = new Applicant(app);
    expect((await tablet.follow(`/a/${code}`)).location).toBe(`/play/${sessionId}`);
    const { body } = await tablet.get(`/play/${sessionId}`);
    expect(body).toContain(`"useCase":"in_branch_shared_device","staffScreen":"${kiosk}"`);
    const own = await createLender(store.deps);
    const session = await own.session();
    const phone = new Applicant(app);
    await phone.follow(`/a/${session.code}`);
    expect((await phone.get(`/play/${session.sessionId}`)).body).toContain(
      '"useCase":"remote_own_device","staffScreen":null',
    );
  });

  test("ends without a cookie, on a page whose address names nobody, which asks for the device and makes room", async () => {
    const { code, sessionId, uid } = await branch.session(undefined, { language: "es" });
    const tablet = new Applicant(app);
    tablet.language = "es";
    const { end, cookies } = await playOnTablet(tablet, `/a/${code}`);
    expect([end.status, end.location]).toEqual([303, `${kiosk}/end?outcome=completed&lang=es`]);
    expect(cookies).toEqual([]);
    const page = await tablet.get(end.location);
    expect([page.status, page.headers["cache-control"]]).toEqual([200, "no-store"]);
    expect(page.body).toContain("Gracias");
    expect(page.body).toContain("devuelve ahora este dispositivo");
    expect(page.body).toContain(`http-equiv="refresh" content="8;url=${kiosk}"`);
    for (const secret of [code, sessionId, uid]) expect(page.body).not.toContain(secret);
    // Back, reload, and the address itself lead nowhere.
    expect((await tablet.get(`/play/${sessionId}/end`)).status).toBe(404);
  });

  test("keeps the language that was chosen until its end, and the next person starts anew", async () => {
    const [first, next] = [await branch.session(), await branch.session()];
    const tablet = new Applicant(app);
    const spoken = async (path: string) => /<html lang="(\w+)" dir="(\w+)"/.exec((await tablet.get(path)).body)?.[0];
    const arabic = '<html lang="ar" dir="rtl"';
    tablet.language = "ar";
    await tablet.follow(typed(first.code));
    expect(await spoken(`/play/${first.sessionId}?lang=ar`)).toBe(arabic);
    expect(await spoken(`/play/${first.sessionId}`)).toBe(arabic);
    await tablet.open();
    await tablet.consent("declined");
    const end = await tablet.get(`/play/${first.sessionId}/end`);
    expect([end.location, tablet.cookies.size]).toEqual([`${kiosk}/end?outcome=cancelled&lang=ar`, 0]);
    expect(await spoken(end.location)).toBe(arabic);
    expect(await spoken(kiosk)).toBe('<html lang="en" dir="ltr"');
    for (const { code, sessionId } of [next, first]) {
      await tablet.get(typed(code));
      expect([...tablet.cookies.values()].join()).not.toContain("~");
      if (sessionId === next.sessionId) expect(await spoken(`/play/${sessionId}`)).toBe('<html lang="en" dir="ltr"');
    }
  });

  test("leaves the page of what is recorded by itself, and only there", async () => {
    const { code, sessionId } = await branch.session();
    const tablet = new Applicant(app);
    await tablet.get(typed(code));
    const consent = await tablet.get(`/play/${sessionId}`);
    const href = /id="consent-recorded" href="([^"]+)"/.exec(consent.body)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const { body } = await tablet.get(href);
    expect(body).toContain(`"next":"${kiosk}","seconds":150`);
    expect(body).toContain(`href="/play/${sessionId}?`);
    const own = await createLender(store.deps);
    const alone = await new Applicant(app).get(`/recorded?integration=${own.integrationId}`);
    expect(alone.body).not.toMatch(/http-equiv="refresh"|<script/);
  });

  test.each(["again", "cancelled", "withdrawn", "incomplete", "expired"])(
    "that was %s asks for the device too",
    async (outcome) => {
      const { body } = await new Applicant(app).get(`${kiosk}/end?outcome=${outcome}`);
      expect(body).toContain("Please give this device back now.");
    },
  );

  test("an end that is none goes to the staff screen", async () => {
    for (const query of ["", "?outcome=__proto__", "?outcome=replaced", "?outcome=a&outcome=b"]) {
      expect((await new Applicant(app).get(`${kiosk}/end${query}`)).location).toBe(kiosk);
    }
  });

  test("leads to the lender's own page after the device was asked for; at once where the lender wants no page between", async () => {
    const completion_url = "https://lender.example/tablet?a=1&b=2";
    const own = await createLender(store.deps, {
      ...SHARED,
      completion_url,
      expiry_url: "https://lender.example/late",
    });
    const { code } = await own.session();
    const tablet = new Applicant(app);
    const { end } = await playOnTablet(tablet, `/a/${code}`);
    const page = await tablet.get(end.location);
    expect(page.body).toContain("Please give this device back now.");
    expect(page.body).toContain('content="8;url=https://lender.example/tablet?a=1&amp;b=2"');
    expect(page.body).toContain('<a class="button primary" href="https://lender.example/tablet?a=1&amp;b=2">');

    const late = await own.session();
    await moveExpiry(store.deps, own, { sessionId: late.sessionId, seconds: -5 });
    await tablet.follow(`/a/${late.code}`);
    const over = await tablet.get((await tablet.get(`/play/${late.sessionId}`)).location);
    expect(over.location).toMatch(/\/end\?outcome=expired&lang=en$/);

    const hidden = await createLender(store.deps, { ...SHARED, completion_url, show_completion_page: false });
    const session = await hidden.session();
    const quick = await playOnTablet(new Applicant(app), `/a/${session.code}`);
    expect([quick.end.status, quick.end.location, quick.cookies]).toEqual([303, completion_url, []]);
  });
});
