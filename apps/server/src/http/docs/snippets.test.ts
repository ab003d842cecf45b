import { createHmac } from "node:crypto";
import { EVENT_EXAMPLES } from "@tallystick/contract";
import { describe, expect, it } from "vitest";
import { missing, run, verifier, type Language } from "../../../../../tools/harness/snippets.ts";

const API_KEY = "ts_test_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
const SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
const EVENT = { ...EVENT_EXAMPLES["psychometric_score.complete"], uid: "Zoë-🙂-APP" };
// Written as no serialiser would: a receiver that parses and writes again before checking must fail.
const BODY = JSON.stringify(EVENT, null, 1).replace("38", "38.0e0");

interface Delivery {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function signed(body: string, options: { readonly key?: string; readonly at?: number } = {}): Delivery {
  const at = String(options.at ?? Math.floor(Date.now() / 1000));
  const seal = createHmac("sha256", Buffer.alloc(32, 9)).update(`evt_1.${at}.${body}`).digest("base64");
  return {
    body,
    headers: {
      "x-signature": createHmac("sha512", options.key ?? API_KEY)
        .update(body)
        .digest("hex"),
      "webhook-id": "evt_1",
      "webhook-timestamp": at,
      "webhook-signature": `v1,${seal}`,
    },
  };
}

function replaced(headers: Readonly<Record<string, string>>): Delivery {
  const good = signed(BODY);
  return { body: BODY, headers: { ...good.headers, ...headers } };
}

function without(name: string): Delivery {
  const good = signed(BODY);
  return { body: BODY, headers: Object.fromEntries(Object.entries(good.headers).filter(([key]) => key !== name)) };
}

const good = signed(BODY);
const GENUINE: Readonly<Record<string, Delivery>> = {
  "as sent": good,
  "while the API key is being replaced": replaced({
    "x-signature": signed(BODY, { key: "ts_test_old" }).headers["x-signature"] ?? "",
    "x-signature-next": good.headers["x-signature"] ?? "",
  }),
  "while the webhook secret is being replaced": replaced({
    "webhook-signature": `v1,AAAA ${good.headers["webhook-signature"] ?? ""}`,
  }),
};
const FORGED: Readonly<Record<string, Delivery>> = {
  "another body": { ...good, body: BODY.replace("LOW", "HIGH") },
  "another key": signed(BODY, { key: "ts_test_other" }),
  "no X-Signature": without("x-signature"),
  "an empty X-Signature": replaced({ "x-signature": "" }),
  "an upper-case X-Signature": replaced({ "x-signature": (good.headers["x-signature"] ?? "").toUpperCase() }),
  "another webhook-id": replaced({ "webhook-id": "evt_2" }),
  "no webhook-signature": without("webhook-signature"),
  "an old time": signed(BODY, { at: Math.floor(Date.now() / 1000) - 600 }),
  "a time to come": signed(BODY, { at: Math.floor(Date.now() / 1000) + 600 }),
  "no time": without("webhook-timestamp"),
  "a time in words": replaced({ "webhook-timestamp": "yesterday" }),
};

async function verdicts(
  language: Exclude<Language, "sh">,
  deliveries: readonly Delivery[],
): Promise<readonly unknown[]> {
  const stdin = JSON.stringify(deliveries.map((delivery) => ({ ...delivery, apiKey: API_KEY, secret: SECRET })));
  const outcome = await run(language, verifier(language), { stdin });
  expect(outcome.code, outcome.stderr).toBe(0);
  return JSON.parse(outcome.stdout) as readonly unknown[];
}

for (const language of ["typescript", "python", "php"] as const) {
  const reason = missing(language);
  if (reason !== null) globalThis.process.stdout.write(`skipped: snippets in ${language}, because ${reason}\n`);
  describe.skipIf(reason !== null)(`the ${language} lines of the webhook guide`, () => {
    it("accept every genuine webhook and return its content", async () => {
      const said = await verdicts(language, Object.values(GENUINE));
      for (const [index, name] of Object.keys(GENUINE).entries()) {
        expect(said[index], name).toMatchObject({ uid: EVENT.uid, event: { type: EVENT.event.type } });
      }
    });

    it("refuse every forged, altered or stale one", async () => {
      const said = await verdicts(language, Object.values(FORGED));
      for (const [index, name] of Object.keys(FORGED).entries()) {
        expect(said[index], name).toMatch(/does not fit|not fresh/);
      }
    });
  });
}
