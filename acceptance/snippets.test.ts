import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { missing, run, snippet, verifier } from "../tools/harness/snippets.ts";
import { awaitEvent } from "./support/lender.ts";
import { newUid, openWorld, type World } from "./support/world.ts";

/** The lines of the guides, run as they stand there against a real server: create, receive and verify, catch up. */

let world: World;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  world = await openWorld();
  env = {
    TALLYSTICK_URL: world.baseUrl,
    TALLYSTICK_API_KEY: world.test.api_key,
    TALLYSTICK_INTEGRATION_ID: world.test.integration_id,
  };
});
afterAll(() => world.close());

/** Each event's id, uid and type, and where to go on. */
function told(stdout: string): { readonly events: readonly string[]; readonly next: string } {
  const lines = stdout.trim().split("\n");
  return { events: lines.slice(0, -1), next: /^next (\S+)$/.exec(lines.at(-1) ?? "")?.[1] ?? "" };
}

for (const language of ["typescript", "python", "php"] as const) {
  const reason = missing(language);
  if (reason !== null) console.warn(`SKIPPED: ${language} lines of the guides (${reason}).`);
  describe.skipIf(reason !== null)(`a lender's server in ${language}, written with the guides`, () => {
    const uid = newUid("SIM-LOWRISK");

    test("creates a session and verifies the webhook that follows", async () => {
      const created = await run(language, snippet("integrate.md", language, "create-a"), { env, args: [uid] });
      expect(created.code, created.stderr).toBe(0);
      const { received } = await awaitEvent(world, uid, { type: "psychometric_score.complete" });
      const { api_key: apiKey, webhook_secret: secret } = world.test;
      const delivery = { body: received.body, headers: received.headers, apiKey, secret };
      const forged = { ...delivery, body: received.body.replace(uid, "SIM-LOWRISK-other") };
      const verified = await run(language, verifier(language), { stdin: JSON.stringify([delivery, forged]) });
      expect(verified.code, verified.stderr).toBe(0);
      const [genuine, refusal] = JSON.parse(verified.stdout) as readonly unknown[];
      expect(genuine).toMatchObject({ uid, event: { type: "psychometric_score.complete" } });
      expect(refusal).toMatch(/does not fit/);
    });

    test("reads all events after an outage, and next time only what came since", async () => {
      const { received } = await awaitEvent(world, uid, { type: "psychometric_score.complete" });
      const wanted = `${String(received.headers["webhook-id"])} ${uid} psychometric_score.complete`;
      const source = snippet("read-api.md", language, "events");
      const read = async (cursor: string) => {
        const outcome = await run(language, source, { env, args: [cursor] });
        expect(outcome.code, outcome.stderr).toBe(0);
        return told(outcome.stdout);
      };
      // An event can be read within a second of its commit.
      let first = await read("");
      for (let tries = 0; tries < 20 && !first.events.includes(wanted); tries += 1) first = await read("");
      expect(first.events).toContain(wanted);
      expect(await read(first.next)).toEqual({ events: [], next: first.next });
    });

    test("is told why a cursor is refused", async () => {
      const outcome = await run(language, snippet("read-api.md", language, "events"), { env, args: ["nonsense"] });
      expect(outcome.code).not.toBe(0);
      expect(outcome.stdout + outcome.stderr).toContain("cursor_invalid");
    });
  });
}

const noShell = missing("sh");
if (noShell !== null) console.warn(`SKIPPED: shell lines of the guides (${noShell}).`);
test.skipIf(noShell !== null)("curl reads a page of events and one of results", async () => {
  const events = await run("sh", snippet("read-api.md", "sh", "events"), { env, args: [""] });
  expect(events.code, events.stderr).toBe(0);
  expect(JSON.parse(events.stdout)).toMatchObject({ next: expect.any(String) as string });
  const results = await run("sh", snippet("read-api.md", "sh", "results"), { env });
  expect(results.code, results.stderr).toBe(0);
  expect(JSON.parse(results.stdout)).toMatchObject({ items: expect.any(Array) as unknown[] });
});
