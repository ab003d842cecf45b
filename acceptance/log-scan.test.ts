import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { completeJourney, followLink } from "../tools/harness/applicant.ts";
import { startReceiver } from "../tools/harness/receiver.ts";
import { startServer } from "../tools/harness/server-process.ts";
import { createSigned, createWithKey, isEvent, postTokens, send, verify } from "./support/lender.ts";
import { type Deployment, needsOwnServer, newUid, unique } from "./support/world.ts";

/** Every form in which a secret could slip into a log line. */
function shapesOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const encoded = [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replaceAll("=", "");
    // The first and last characters depend on the neighbours.
    return padded.slice(shift === 0 ? 0 : shift + 1, -2);
  });
  return [secret, encodeURIComponent(secret), bytes.toString("hex"), ...encoded].filter((shape) => shape.length >= 8);
}

function logFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => /\.(log|txt|json|out|err)$|log/i.test(path) && !/\/(base|pg_wal|global)\//.test(path))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true && !path.endsWith("first-run.txt"));
}

test("no key, token, uid or payload is in the server's output or logs, in clear or encoded", async ({ skip }) => {
  if (inject("target").dataDir === null) return skip(needsOwnServer("the log scan"));
  const server = await startServer({ environment: { LOG_LEVEL: "trace" } });
  const receiver = await startReceiver();
  const secrets = new Map<string, string>();
  try {
    const deployment = (await server.cli(["deployment", "create", "--name", `Logs ${unique()}`])) as Deployment;
    const target = [deployment.deployment_id, "--env", "test"];
    const hook = `${receiver.url}?secret=${remember(secrets, "part of the webhook URL", unique())}`;
    await server.cli(["deployment", "set", ...target, "--webhook-url", hook]);
    const { test: environment } = deployment;
    remember(secrets, "API key", environment.api_key);
    remember(secrets, "webhook secret", environment.webhook_secret);
    remember(secrets, "Production key", deployment.production.api_key);
    await exercise(server, { environment, receiver, secrets });
  } finally {
    await server.stop();
    await receiver.close();
  }
  const places = [
    ["output", server.output()] as const,
    ...logFiles(server.dataDir).map((path) => [path, readFileSync(path, "latin1")] as const),
  ];
  await server.remove();
  expect(server.output()).toMatch(/sessions-management/);
  const leaks = [...secrets].flatMap(([name, secret]) =>
    shapesOf(secret).flatMap((shape) =>
      places
        .filter(([, text]) => text.includes(shape))
        .map(([place, text]) => `${name} in ${place}: ${around(text, shape)}`),
    ),
  );
  expect(leaks).toEqual([]);
});

function remember(secrets: Map<string, string>, name: string, value: string): string {
  secrets.set(`${name} ${secrets.size}`, value);
  return value;
}

function around(text: string, shape: string): string {
  const at = text.indexOf(shape);
  return text.slice(Math.max(0, at - 120), at + 40);
}

interface Exercise {
  readonly environment: Deployment["test"];
  readonly receiver: Awaited<ReturnType<typeof startReceiver>>;
  readonly secrets: Map<string, string>;
}

/** Good and bad requests of every kind, each with a secret somewhere in it. */
async function exercise(
  server: { readonly baseUrl: string },
  { environment, receiver, secrets }: Exercise,
): Promise<void> {
  const { baseUrl } = server;
  const uid = remember(secrets, "uid", newUid());
  const note = remember(secrets, "metadata", `private-${unique()}`);
  const created = (await createWithKey(server, environment, { uid, metadata: { note } })).body;
  remember(secrets, "access token", created.access_token);
  remember(secrets, "link code", created.link.split("/").at(-1) ?? "");
  const tab = await followLink(created.link);
  remember(secrets, "journey token", tab.token);
  await completeJourney(`${created.url}/${created.access_token}`, { person: uid });
  const received = await receiver.waitFor(({ body }) => isEvent({ body }, uid, "psychometric_score.complete"));
  verify(received, environment);
  remember(secrets, "signature", String(received.headers["x-signature"]));

  const signed = remember(secrets, "uid", newUid());
  const body = JSON.stringify({ uid: signed, integration_id: environment.integration_id });
  await createSigned(server, environment, { body });
  await createSigned(server, environment, { body, signed: "other" });
  const wrongKey = remember(secrets, "unknown key", `ts_test_${unique()}${unique()}`);
  await postTokens({ baseUrl, body, headers: { "api-key": wrongKey } });
  const broken = remember(secrets, "broken body", `broken-${unique()}`);
  await postTokens({ baseUrl, body: `{"uid": "${broken}"`, headers: { "api-key": environment.api_key } });
  const badUid = remember(secrets, "refused uid", `bad uid ${unique()}`);
  await postTokens({
    baseUrl,
    body: { uid: badUid, integration_id: environment.integration_id },
    headers: { "api-key": environment.api_key },
  });
  await createWithKey(server, environment, { uid });
  const cursor = remember(secrets, "refused cursor", `cursor-${unique()}`);
  const prefix = uid.slice(0, -2);
  for (const path of [
    `results?uid=${uid}`,
    `results?uid_prefix=${prefix}&limit=x`,
    `results/${created.session_id}`,
    `results/${uid}`,
    "events?limit=5",
    `events?after=${cursor}`,
  ]) {
    await send(`${baseUrl}/v1/${path}`, { method: "GET", headers: { "api-key": environment.api_key } });
    await send(`${baseUrl}/v1/${path}`, { method: "GET", headers: { "api-key": wrongKey } });
  }
  const query = remember(secrets, "query", unique());
  for (const path of [
    `/v1/nothing?key=${query}`,
    `/${created.access_token}x`,
    `/psychometrics/${created.access_token.slice(0, -3)}abc`,
    `/a/${remember(secrets, "guessed code", unique())}`,
    `/play/${created.session_id}?token=${query}`,
    `/${"A".repeat(60)}.${query}.${"B".repeat(40)}`,
  ]) {
    await send(`${baseUrl}${path}`, { method: "GET" });
    await send(`${baseUrl}${path}`, { method: "POST", body: "x" });
  }
  await send(`${baseUrl}/v1/webhooks-management/test`, { method: "POST", headers: { "api-key": environment.api_key } });
}
