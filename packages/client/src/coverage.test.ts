import { OPERATIONS } from "@tallystick/contract";
import { expect, test } from "vitest";

import { createClient, type Client } from "./index.ts";

/** What of the lender's API the client speaks, and why not the rest. */

const NAME = { session_id: "ses_1" };

async function firstOf(items: AsyncIterable<unknown>): Promise<unknown> {
  for await (const item of items) return item;
  return null;
}

const METHODS: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  createSession: (client) => client.createSession({ uid: "APP-1001", integration_id: "0123456789abcdef01234567" }),
  sessionStatus: (client) => client.status(NAME),
  reopenSession: (client) => client.reopen(NAME),
  cancelSession: (client) => client.cancel(NAME),
  getResult: (client) => client.getResult(NAME),
  listResults: (client) => firstOf(client.listResults()),
  listEvents: (client) => firstOf(client.events(null)),
  testWebhook: (client) => client.sendTestWebhook(),
  sampleWebhook: (client) => client.sendSampleWebhook("application.expired"),
};

const LISTS = "links for a list of people are made by whoever has the list, in Beacon or on the command line";
const QUESTION = "answers a person's question about records, not a step of a journey";
const RARE = "rare and for good: to be written out where it is done";
const LEFT_OUT: Readonly<Record<string, string>> = {
  createLinks: LISTS,
  listLinkBatches: LISTS,
  getLinkBatch: LISTS,
  listLinks: LISTS,
  exportLinks: LISTS,
  printLinks: LISTS,
  writeLinkMessage: LISTS,
  revokeLinks: LISTS,
  extendLinks: LISTS,
  revokeLink: LISTS,
  extendLink: LISTS,
  reissueLink: LISTS,
  drawLink: LISTS,
  traceUidByKey: QUESTION,
  reconcileByKey: QUESTION,
  eraseSession: RARE,
  getErasure: RARE,
};

const LENDER_API = OPERATIONS.filter(({ path }) => path.startsWith("/v1/"));

test("every operation of /v1 has a method or a reason, and no method is without its operation", () => {
  const known = [...Object.keys(METHODS), ...Object.keys(LEFT_OUT)];
  expect(known.toSorted()).toEqual(LENDER_API.map(({ id }) => id).toSorted());
});

test.each(Object.entries(METHODS))("the method of %s asks for that operation", async (id, ask) => {
  const asked: string[] = [];
  const client = createClient({
    baseUrl: "http://tallystick.example",
    apiKey: "ts_test_1",
    fetch: (url, init) => {
      asked.push(`${init?.method?.toLowerCase()} ${new URL(String(url)).pathname}`);
      return Promise.resolve(Response.json({}));
    },
  });
  await ask(client).catch(() => undefined); // the answer is none; only the question is looked at
  const operation = LENDER_API.find((one) => one.id === id);
  expect(asked).toEqual([`${operation?.method} ${operation?.path.replace("{session_id}", NAME.session_id)}`]);
});
