import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  arriveAt,
  cookiesOf,
  departFrom,
  goRound,
  inviteSomebody,
  jar,
  knownMember,
  sitDown,
  START,
  startSignOnWorld,
  whoIs,
  IDENTITIES,
  type SignOnWorld,
} from "../testing/sign-on.ts";
import { outcome } from "../testing/team.ts";

let world: SignOnWorld;

beforeAll(async () => {
  world = await startSignOnWorld();
});
afterAll(() => world.close());

const at = (email: string | null, more?: Readonly<Record<string, unknown>>) => sitDown(world, email, more);
const known = () => knownMember(world);
const depart = (body: object = {}, headers: Headers = {}, url = START) =>
  departFrom(world.lender.app, { body, headers, url });
const arrive = (back: URL, cookie: string) => arriveAt(world.lender.app, back, cookie);
const round = (body: object = {}, headers: Headers = {}, url = START) => goRound(world, { body, headers, url });
const me = (cookie: string) => whoIs(world, cookie);
const invited = (email?: string) => inviteSomebody(world, email);

type Headers = Readonly<Record<string, string>>;

describe("linking one's own account", () => {
  test("needs a password given lately, binds to that very sign-in, and is undone again", async () => {
    const ana = await known();
    at("private@elsewhere.example");
    const linked = await round({}, ana.headers, IDENTITIES);
    expect(linked.statusCode).toBe(303);
    expect(await me(jar(cookiesOf(await round())))).toMatchObject({ email: ana.email });
    const list = await world.lender.app.inject({
      method: "GET",
      url: IDENTITIES,
      headers: { ...ana.headers },
    });
    const [item] = list.json<{ items: { identity_id: string; issuer: string }[] }>().items;
    expect(item).toMatchObject({ issuer: world.idp.issuer });
    const remove = () =>
      world.lender.app.inject({
        method: "DELETE",
        url: `/beacon/api/me/identities/${item?.identity_id ?? ""}`,
        headers: { ...ana.headers },
      });
    expect((await remove()).statusCode).toBe(204);
    expect(outcome(await remove())).toEqual([404, "not_found"]);
    expect(outcome(await round())).toEqual([403, "oidc_not_linked"]);
  });

  test("is refused when the last confirmation is long ago", async () => {
    const ana = await known();
    await world.lender.deps.db.query(
      "UPDATE user_sessions SET confirmed_at = now() - interval '16 minutes' WHERE user_id = $1::text",
      [ana.userId],
    );
    expect(outcome((await depart({}, ana.headers, IDENTITIES)).answer)).toEqual([403, "reauthentication_required"]);
  });

  test("does not happen when the sign-in was ended meanwhile", async () => {
    const ana = await known();
    at("private2@elsewhere.example");
    const { url, cookie } = await depart({}, ana.headers, IDENTITIES);
    const back = await world.idp.visit(url);
    await world.lender.deps.db.query("UPDATE user_sessions SET revoked_at = now() WHERE user_id = $1::text", [
      ana.userId,
    ]);
    expect(outcome(await arrive(back, cookie))).toEqual([401, "sign_in_required"]);
  });

  test("does not take an identity that opens somebody else's account", async () => {
    const [ana, ben] = [await known(), await known()];
    at("shared@elsewhere.example");
    expect((await round({}, ana.headers, IDENTITIES)).statusCode).toBe(303);
    expect(outcome(await round({}, ben.headers, IDENTITIES))).toEqual([409, "oidc_identity_taken"]);
  });

  test("can not be undone by who has no password to come in with", async () => {
    const { email, token } = await invited();
    at(email);
    await round({ invitation_token: token });
    const cookie = jar(cookiesOf(await round({ confirm: true })));
    const who = (await world.lender.app.inject({ method: "GET", url: "/beacon/api/me", headers: { cookie } })).json<{
      csrf_token: string;
    }>();
    const headers = { cookie, "x-csrf-token": who.csrf_token };
    const list = await world.lender.app.inject({ method: "GET", url: IDENTITIES, headers });
    const [item] = list.json<{ items: { identity_id: string }[] }>().items;
    const url = `/beacon/api/me/identities/${item?.identity_id ?? ""}`;
    expect(outcome(await world.lender.app.inject({ method: "DELETE", url, headers }))).toEqual([409, "last_way_in"]);
  });
});
