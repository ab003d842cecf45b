import { meSchema } from "@tallystick/contract";
import { afterAll, beforeAll, expect, test } from "vitest";

import { testLender, type TestLender } from "../../testing/lender.ts";
import { listApiKeys } from "../deployments/service.ts";
import { knownPerson, PASSWORD } from "./testing/account.ts";
import { outcome, post, signInOf } from "./testing/team.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender({
    config: { publicUrl: "https://play.lender.example", beaconUrl: "https://beacon.lender.example" },
  });
});
afterAll(() => lender.close());

type Headers = Readonly<Record<string, string>>;

const ask = (headers: Headers) => lender.app.inject({ method: "GET", url: "/beacon/api/me", headers });
const me = async (headers: Headers) => meSchema.strict().parse((await ask(headers)).json());

test("a page that is loaded anew learns all it needs: who, where, how signed in, and what changing calls carry", async () => {
  const ana = await knownPerson(lender.deps, lender.deployment.companyId, { role: "admin" });
  // A reload has the cookie alone.
  const told = await me({ cookie: ana.headers.cookie });
  expect(told).toMatchObject({
    user_id: ana.userId,
    email: ana.email,
    csrf_token: ana.headers["x-csrf-token"],
    second_factor: false,
    sign_in: { method: "password" },
    companies: [{ name: "Acme", role: "admin" }],
    installation: {
      public_url: "https://play.lender.example",
      beacon_url: "https://beacon.lender.example",
      docs_url: "https://play.lender.example/docs",
      mail: "outbox",
      single_sign_on: null,
    },
  });
  expect(told.sign_in.expires_at - told.sign_in.created_at).toBe(12 * 3600);
  expect((told.sign_in.confirmed_until ?? 0) - told.sign_in.created_at).toBe(15 * 60);
});

test("showing a key from a browser: refused after 15 minutes, open again with the password, on the new cookie alone", async () => {
  const { companyId, test: side } = lender.deployment;
  const place = { companyId, environmentId: side.environmentId, kind: "test" as const };
  const [key] = await listApiKeys(lender.deps, place);
  const reveal = `/beacon/api/companies/${companyId}/environments/${side.environmentId}/keys/${key?.keyId ?? ""}/reveal`;
  const ana = await knownPerson(lender.deps, companyId, { role: "admin" });
  const show = (headers: Headers) => lender.app.inject({ method: "POST", url: reveal, headers: { ...headers } });
  expect((await show(ana.headers)).json()).toMatchObject({ api_key: side.apiKey });

  await lender.deps.db.query(
    "UPDATE user_sessions SET confirmed_at = now() - interval '15 minutes 1 second' WHERE user_id = $1",
    [ana.userId],
  );
  expect((await me(ana.headers)).sign_in.confirmed_until).toBeNull();
  expect(outcome(await show(ana.headers))).toEqual([403, "reauthentication_required"]);
  expect(outcome(await post(lender.app, "/beacon/api/me/confirm", { password: "not it" }, ana.headers))).toEqual([
    401,
    "password_wrong",
  ]);
  expect(outcome(await show(ana.headers))).toEqual([403, "reauthentication_required"]);

  const confirmed = await post(lender.app, "/beacon/api/me/confirm", { password: PASSWORD }, ana.headers);
  expect(confirmed.statusCode).toBe(200);
  const headers = signInOf(confirmed);
  expect((await show(headers)).json()).toMatchObject({ api_key: side.apiKey });
  const until = (await me(headers)).sign_in.confirmed_until ?? 0;
  // Two clocks: the answer's is the server's, the row's is the database's.
  expect(Math.abs(until - confirmed.json<{ confirmed_at: number }>().confirmed_at - 900)).toBeLessThanOrEqual(2);
  expect(outcome(await show(ana.headers))).toEqual([401, "sign_in_required"]);
  expect(outcome(await show({ ...headers, "x-csrf-token": ana.headers["x-csrf-token"] }))).toEqual([
    403,
    "csrf_invalid",
  ]);
});
