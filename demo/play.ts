import { createClient, verifyWebhook, type VerifiedWebhook } from "@tallystick/client";
import { completeJourney } from "../tools/harness/applicant.ts";
import { type Received, startReceiver } from "../tools/harness/receiver.ts";
import type { ServerProcess } from "../tools/harness/server-process.ts";

/** Five kinds of people in turn, so that the table shows differences. */
const PEOPLE = ["honest", "lowrisk", "highrisk", "careless", "random"] as const;
const AT_ONCE = 4;
const WEBHOOK_DEADLINE_MS = 30_000;

export interface DemoResult {
  readonly uid: string;
  readonly session_id: string;
  readonly person: string;
  readonly verified: boolean;
  readonly score: number | null;
  readonly risk_band: string | null;
  readonly score_confidence: string | null;
  readonly trust_score: number | null;
  readonly flags: readonly string[];
  /** From the answer of `finish` to the score webhook in the lender's hands, ms. */
  readonly latency_ms: number | null;
  readonly problem: string | null;
}

interface Environment {
  readonly integration_id: string;
  readonly api_key: string;
  readonly webhook_secret: string;
}

interface Lender {
  readonly environment: Environment;
  readonly baseUrl: string;
  readonly arrival: (uid: string) => Promise<Received>;
}

/** A lender, its receiver, and `applicants` people who play at most four at a time. */
export async function playDemo(
  server: ServerProcess,
  options: { readonly applicants: number; readonly onResult: (result: DemoResult) => void },
): Promise<readonly DemoResult[]> {
  const receiver = await startReceiver();
  try {
    const environment = await createLender(server, receiver.url);
    const lender: Lender = {
      environment,
      baseUrl: server.baseUrl,
      arrival: (uid) => receiver.waitFor((webhook) => isScoreOf(webhook.body, uid), WEBHOOK_DEADLINE_MS),
    };
    const results: DemoResult[] = [];
    const queue = Array.from({ length: options.applicants }, (_, index) => index);
    const worker = async (): Promise<void> => {
      for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
        const result = await playOne(lender, index);
        results.push(result);
        options.onResult(result);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return results.toSorted((a, b) => (a.uid < b.uid ? -1 : 1));
  } finally {
    await receiver.close();
  }
}

async function createLender(server: ServerProcess, webhookUrl: string): Promise<Environment> {
  const company = (await server.cli(["company", "create", "--name", "Demo run"])) as { company_id: string };
  const deployment = (await server.cli([
    "deployment",
    "create",
    "--name",
    "Loans",
    "--company",
    company.company_id,
  ])) as {
    deployment_id: string;
    test: Environment;
  };
  const target = [deployment.deployment_id, "--env", "test", "--company", company.company_id];
  await server.cli(["deployment", "set", ...target, "--webhook-url", webhookUrl]);
  return deployment.test;
}

async function playOne(lender: Lender, index: number): Promise<DemoResult> {
  const uid = `DEMO-${String(index + 1).padStart(4, "0")}`;
  const person = PEOPLE[index % PEOPLE.length] ?? "honest";
  const client = createClient({ baseUrl: lender.baseUrl, apiKey: lender.environment.api_key });
  const empty = { uid, session_id: "", person, verified: false, latency_ms: null, ...NOTHING };
  try {
    const session = await client.createSession({ uid, integration_id: lender.environment.integration_id });
    await completeJourney(session.link, { person: uid, player: person });
    const finishedAtMs = Date.now();
    const received = await lender.arrival(uid);
    const webhook = verify(received, lender.environment);
    const latency = Math.max(0, received.receivedAtMs - finishedAtMs);
    return { uid, session_id: session.session_id, person, verified: true, latency_ms: latency, ...calculated(webhook) };
  } catch (error) {
    return { ...empty, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Both signatures are checked, as a careful lender would. Throws when either does not fit. */
function verify(received: Received, environment: Environment): VerifiedWebhook {
  const { body, headers } = received;
  return verifyWebhook({ body, headers, apiKey: environment.api_key, secret: environment.webhook_secret });
}

const NOTHING = { score: null, risk_band: null, score_confidence: null, trust_score: null, flags: [], problem: null };

function calculated(
  webhook: VerifiedWebhook,
): Omit<DemoResult, "uid" | "session_id" | "person" | "verified" | "latency_ms"> {
  if (webhook.event.type !== "psychometric_score.complete") return { ...NOTHING, problem: `got ${webhook.event.type}` };
  const { score, risk_band, score_confidence, trust_score, flags } = webhook.event.details.calculated;
  return { score, risk_band, score_confidence, trust_score, flags: flags.map((flag) => flag.key), problem: null };
}

function isScoreOf(body: string, uid: string): boolean {
  const parsed = JSON.parse(body) as { uid?: unknown; event?: { type?: unknown } };
  return parsed.uid === uid && parsed.event?.type === "psychometric_score.complete";
}
