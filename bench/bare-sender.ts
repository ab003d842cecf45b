import { randomBytes } from "node:crypto";
import { Agent } from "undici";
import { signedHeaders } from "../apps/server/src/features/webhooks/service.ts";

/** What sending webhooks is measured against: the same bodies signed alike and posted by undici, nothing else. */
const [url = "", count = "0", width = "1", body = ""] = process.argv.slice(2);
const secrets = [`whsec_${randomBytes(32).toString("base64")}`];
const apiKeys = { current: "ts_test_bare", next: null };
const agent = new Agent();
const { origin, pathname } = new URL(url);
let left = Number(count);

async function line(): Promise<void> {
  while (left-- > 0) {
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = signedHeaders({ apiKeys, secrets }, { eventId: `evt_${left}`, timestamp, body });
    const answer = await agent.request({ origin, path: pathname, method: "POST", headers, body });
    await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`The receiver answered ${answer.statusCode}`);
  }
}
await Promise.all(Array.from({ length: Number(width) }, line));
await agent.close();
