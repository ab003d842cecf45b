import { ENTRY_OPERATIONS, INVITATION_OPERATIONS, type Operation } from "@tallystick/contract";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { testLender, type TestLender } from "../../../testing/lender.ts";

let lender: TestLender;
beforeAll(async () => {
  // A provider that nobody answers for: every way to it is walked all the same.
  const oidc = { issuer: "http://127.0.0.1:1", clientId: "x", clientSecret: "y", name: "Gone", allowedDomains: [] };
  lender = await testLender({ config: { oidc } });
});
afterAll(() => lender.close());

const open = [...ENTRY_OPERATIONS, ...INVITATION_OPERATIONS].filter(({ auth }) => auth === "none");

/** Bodies near enough to the right one to get past the door now and then. */
function bodies(operation: Operation): fc.Arbitrary<unknown> {
  const names = Object.keys(operation.request?.example ?? {});
  const value = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.base64String({ minLength: 43, maxLength: 44 }),
    fc.emailAddress(),
    fc.boolean(),
    fc.constant("\ud800"),
    fc.constant("a\0b@c.example"),
    fc.jsonValue(),
  );
  const near = fc.dictionary(fc.constantFrom(...names, "token", "invitation_token", "__proto__"), value);
  return fc.oneof({ weight: 4, arbitrary: near }, { weight: 1, arbitrary: fc.jsonValue() });
}

const cookie = fc.oneof(
  fc.constant(""),
  fc.string({ unit: "grapheme-ascii", maxLength: 80 }).map((text) => `__Host-ts_beacon=${text}`),
  fc.base64String({ minLength: 40, maxLength: 44 }).map((text) => `__Host-ts_oidc_abc=${text}`),
);

test.each(open.map((operation) => [operation.id, operation] as const))(
  "%s answers whatever a stranger sends with a code of its own, never with a failure",
  async (_id, operation) => {
    const allowed = new Set<string>([...operation.errors, "request_malformed"]);
    await fc.assert(
      fc.asyncProperty(bodies(operation), cookie, fc.webQueryParameters(), async (body, cookies, query) => {
        const url = operation.method === "get" ? `${operation.path}?${query}` : operation.path;
        const answer = await lender.app.inject({
          method: operation.method.toUpperCase() as "GET",
          url,
          headers: { ...(cookies !== "" && { cookie: cookies }), "content-type": "application/json" },
          ...(operation.method !== "get" && { payload: JSON.stringify(body) }),
        });
        if (answer.statusCode < 400) return;
        const { code } = answer.json<{ code: string }>();
        expect([...allowed]).toContain(code);
        expect(code).not.toBe("internal_error");
        expect(answer.headers["set-cookie"]).toBeUndefined();
      }),
      { numRuns: 60 },
    );
    await lender.mailbox.settle();
    expect(lender.mailbox.mails).toEqual([]);
  },
);
