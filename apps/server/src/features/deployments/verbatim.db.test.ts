import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { testLender, type TestLender } from "../../testing/lender.ts";
import { SYSTEM } from "../audit/service.ts";
import { applyCopy, previewCopy, setEnvironment, showDeployment } from "./service.ts";

let lender: TestLender;
beforeAll(async () => {
  lender = await testLender();
});
afterAll(() => lender.close());

const target = () => {
  const { companyId, deploymentId } = lender.deployment;
  return { companyId, deploymentId, actor: SYSTEM };
};

async function shown(kind: "test" | "production") {
  const { companyId, deploymentId } = lender.deployment;
  const deployment = await showDeployment(lender.deps, companyId, deploymentId);
  return deployment.environments.find((environment) => environment.kind === kind);
}

const CHARACTERS = Array.from("abcXYZ019-._~:/?#[]@!$&'()*+,;=%{}|\\^`\"<>üñ漢ع🙂");
const RUNS_CODE = ["javascript", "data", "vbscript", "blob", "file", "filesystem", "about", "view-source"];

/** Everything a person might paste after a scheme: percent signs, braces, other scripts, quotes, a second question mark. */
const rest = fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 80 }).map((text) => `x${text}`);
const scheme = fc.oneof(
  fc.constantFrom("myapp", "intent", "whatsapp", "tel", "com.lender.app", "x-1+2", "HTTPS", "https", "http"),
  fc.stringMatching(/^[a-z][a-z0-9+.-]{3,12}$/),
);
const url = fc
  .tuple(scheme, fc.constantFrom(":", "://"), rest)
  .map(([name, colon, text]) =>
    /^https?$/i.test(name) ? `${name}://lender.example/${text}` : `${name}${colon}${text}`,
  )
  .filter((text) => !RUNS_CODE.includes(text.slice(0, text.indexOf(":"))));

test("redirect URLs are kept to the last character, also through a copy to Production", async () => {
  await fc.assert(
    fc.asyncProperty(url, url, async (completion_url, cancellation_url) => {
      const settings = { completion_url, cancellation_url };
      await setEnvironment(lender.deps, { ...target(), kind: "test", settings });
      const wish = { ...target(), from: "test" as const, withWebhookUrl: false };
      const { version } = await previewCopy(lender.deps, wish);
      await applyCopy(lender.deps, { ...wish, version });
      expect((await shown("test"))?.settings).toMatchObject(settings);
      expect((await shown("production"))?.settings).toMatchObject(settings);
    }),
    { numRuns: 60 },
  );
});

test("a webhook URL is kept to the last character, with its query string", async () => {
  await fc.assert(
    fc.asyncProperty(rest, async (text) => {
      const webhookUrl = `https://lender.example/${text}`;
      await setEnvironment(lender.deps, { ...target(), kind: "production", webhookUrl });
      expect((await shown("production"))?.webhookUrl).toBe(webhookUrl);
    }),
    { numRuns: 40 },
  );
});

test("no spelling of a scheme that runs code gets in", async () => {
  const letters = (word: string) =>
    fc
      .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
      .map((upper) => Array.from(word, (letter, i) => (upper[i] === true ? letter.toUpperCase() : letter)).join(""));
  const refused = fc.constantFrom(...RUNS_CODE);
  await fc.assert(
    fc.asyncProperty(refused.chain(letters), rest, async (name, text) => {
      const settings = { expiry_url: `${name}:${text}` };
      await expect(setEnvironment(lender.deps, { ...target(), kind: "test", settings })).rejects.toMatchObject({
        code: "setting_invalid",
      });
    }),
    { numRuns: 60 },
  );
  expect((await shown("test"))?.settings.expiry_url).toBeNull();
});
