import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import Fastify from "fastify";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";

import { buildApp } from "../../http/app.ts";
import { fail } from "../../infra/errors.ts";
import { Applicant, createLender, type Lender } from "../../testing/journey.ts";
import { testDeps, type TestDeps } from "../../testing/test-deps.ts";
import { registerAssessmentRoutes } from "./routes.ts";

const lines: string[] = [];
let store: TestDeps;
let lender: Lender;

beforeAll(async () => {
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  store = await testDeps({ deps: { log } });
  lender = await createLender(store.deps);
});
afterAll(() => store.close());

test("no token, code, cookie, uid or input of a journey reaches the log, also not encoded", async () => {
  const app = buildApp(store.deps);
  const { code, token, uid, sessionId } = await lender.session("APP-secret-uid-77", {
    metadata: { branch: "meta-88" },
  });
  const applicant = new Applicant(app);
  await applicant.playAll(`/a/${code}`);
  await applicant.get(`/${token}`);
  await applicant.get(`/psychometrics/${token}x`);
  await applicant.get(`/play/${sessionId}?lang=es`);
  await applicant.post("batches", { nonsense: "payload-99" });
  await applicant.post("stop", applicant.position, { headers: { "tallystick-journey": "forged-token" } });
  await applicant.finish();
  await app.close();
  const log = lines.join("\n");
  expect(log).toContain("/play/:session_id/finish");
  const secrets = [uid, code, token, applicant.journeyToken, "meta-88", "payload-99", "forged-token", "item-1"];
  for (const secret of secrets) {
    expect(log).not.toContain(secret);
    expect(log).not.toContain(Buffer.from(secret).toString("base64").replaceAll("=", ""));
  }
});

test("while the database is away a person gets a calm page that tries again by itself, and no JSON", async () => {
  const app = buildApp({
    ...store.deps,
    db: {
      ...store.deps.db,
      query: () => Promise.reject(fail("unavailable", "away", { headers: { "retry-after": "1" } })),
    },
  });
  const answer = await app.inject({ method: "GET", url: "/a/0123456789ab" });
  expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "5"]);
  expect(answer.headers["content-type"]).toContain("text/html");
  expect(answer.body).toContain("nothing you did is lost");
  // Where a script may not run the browser does it; a fragment would keep the browser from it otherwise.
  expect(answer.body).toContain('<noscript><meta http-equiv="refresh" content="5" /></noscript>');
  const script = /<script>(.*?)<\/script>/.exec(answer.body)?.[1] ?? "";
  expect(script).toBe("setTimeout(function(){location.reload()},5000)");
  const hash = createHash("sha256").update(script).digest("base64");
  expect(answer.headers["content-security-policy"]).toContain(`script-src 'self' 'sha256-${hash}';`);
  const { body } = await app.inject({ url: "/kiosk/x", headers: { "accept-language": "es" } });
  expect(body).toContain("Una pausa corta");
  await app.close();
});

test("a flood from one journey is told to wait, and disturbs no other", async () => {
  const app = buildApp(store.deps);
  const [flooder, other] = [new Applicant(app), new Applicant(app)];
  await flooder.follow(`/a/${(await lender.session()).code}`);
  await other.follow(`/a/${(await lender.session()).code}`);
  const codes = new Set<unknown>();
  for (let wave = 0; wave < 40 && !codes.has("rate_limited"); wave += 1) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => flooder.post("stop", {})));
    for (const { body } of answers) codes.add(body["code"]);
  }
  expect(codes).toEqual(new Set(["body_invalid", "rate_limited"]));
  expect((await other.post("stop", {})).body["code"]).toBe("body_invalid");
  await app.close();
});

test("a link that is opened in a loop gets a page that waits and tries again, and no other link does", async () => {
  const app = buildApp(store.deps);
  const [flooded, other] = [await lender.session(), await lender.session()];
  const open = (code: string) => app.inject({ url: `/a/${code}`, headers: { "accept-language": "es" } });
  const answers = await Promise.all(Array.from({ length: 160 }, () => open(flooded.code)));
  const refused = answers.find(({ statusCode }) => statusCode === 429);
  expect(refused?.headers).toMatchObject({ "retry-after": "5", "content-type": "text/html; charset=utf-8" });
  expect(refused?.body).toContain("Un momento, por favor");
  expect(refused?.body).toContain('http-equiv="refresh" content="5"');
  expect((await open(other.code)).statusCode).toBe(303);
  await app.close();
});

test("the built style stands inside the page, allowed by its hash, and the page travels compressed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-dist-"));
  mkdirSync(join(folder, ".vite"));
  mkdirSync(join(folder, "assets"));
  const manifest = { "index.html": { file: "assets/app-1.js", css: ["assets/app-1.css"] } };
  writeFileSync(join(folder, ".vite", "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "assets", "app-1.css"), ":root{--ink:#123}");
  const app = Fastify();
  registerAssessmentRoutes(app, store.deps, { distFolder: folder });
  const page = await app.inject({ url: "/play/unknown", headers: { "accept-encoding": "gzip, br" } });
  expect(page.headers["content-encoding"]).toBe("gzip");
  const text = gunzipSync(page.rawPayload).toString("utf8");
  const style = /<style>(.*?)<\/style>/.exec(text)?.[1] ?? "";
  expect(style).toBe(":root{--ink:#123}");
  const hash = createHash("sha256").update(style).digest("base64");
  expect(page.headers["content-security-policy"]).toContain(`style-src 'self' 'sha256-${hash}';`);
  expect(text).not.toContain("stylesheet");
  await app.close();
  rmSync(folder, { recursive: true });
});

test("a page names the built files it needs: its style, its script, and what the first screen loads next", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-dist-"));
  mkdirSync(join(folder, ".vite"));
  const manifest = {
    "index.html": { file: "assets/app-1.js", css: ["assets/app-1.css"], imports: ["_shared.js"] },
    "_shared.js": { file: "assets/shared-1.js" },
    "src/i18n/en.json": { file: "assets/en-1.js" },
    "src/tasks/money_choices/view.tsx": { file: "assets/money-1.js", imports: ["index.html", "_keys.js"] },
    "src/tasks/quick_taps/view.tsx": { file: "assets/taps-1.js", imports: ["_keys.js"] },
    "_keys.js": { file: "assets/keys-1.js" },
  };
  writeFileSync(join(folder, ".vite", "manifest.json"), JSON.stringify(manifest));
  const app = Fastify();
  registerAssessmentRoutes(app, store.deps, { distFolder: folder });
  const applicant = new Applicant(app);
  const { code, sessionId } = await lender.session();
  await applicant.follow(`/a/${code}`);
  const consent = (await applicant.get(`/play/${sessionId}`)).body;
  expect(consent).toContain('<link rel="stylesheet" href="/assets/app-1.css"');
  expect(consent).toContain('<script type="module" src="/assets/app-1.js">');
  expect([...consent.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map((match) => match[1])).toEqual([
    "/assets/en-1.js",
    "/assets/money-1.js",
    "/assets/shared-1.js",
    "/assets/keys-1.js",
  ]);
  await applicant.open();
  await applicant.consent();
  await applicant.taskDone(await applicant.playTask());
  expect((await applicant.get(`/play/${sessionId}`)).body).toContain("/assets/taps-1.js");
  while (applicant.journey?.grants.length) await applicant.taskDone(await applicant.playTask());
  await applicant.finish();
  const end = (await applicant.get(`/play/${sessionId}/end`)).body;
  expect([end.includes("/assets/app-1.css"), end.includes("<script")]).toEqual([true, false]);
  await app.close();
  rmSync(folder, { recursive: true });
});
