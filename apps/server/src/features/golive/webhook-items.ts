/** Items about where results go and what signs them. */
import type { GoLiveItem } from "@tallystick/contract";

import { urlHash } from "../deployments/service.ts";
import type { Facts } from "./facts.ts";
import { commandLine, fix, isWithin, notApplicable, ok, open, PROOF_HOURS, settingLine, withoutQuery } from "./item.ts";

export function webhookVerified(facts: Facts): GoLiveItem {
  const subject = {
    key: "webhook_verified",
    title: "Webhook receiver accepts signed events",
    environment: "production",
    level: "blocking",
  } as const;
  const { url, enabled, disabledReason } = facts.production.webhook;
  if (url === null) {
    return open(subject, {
      reason: "No webhook URL is set: results would wait here and reach nobody.",
      fix: fix("Set the address of your receiver.", { command: settingLine(facts, "--webhook-url URL") }),
    });
  }
  if (!enabled) {
    return open(subject, {
      reason: `The webhook is switched off (${disabledReason ?? "by an admin"}): events are held.`,
      fix: fix("Mend the receiver, then set its URL again, which switches it on and sends what was held.", {
        command: settingLine(facts, "--webhook-url URL"),
      }),
    });
  }
  const proof = facts.production.evidence.get("webhook_test_accepted");
  const test = fix("Send a signed test event; the receiver has to answer 200 within 15 s.", {
    command: commandLine(facts, `golive check ${facts.deploymentId}`),
    call: "POST /v1/webhooks-management/test with the header api-key of Production",
  });
  if (proof === undefined || proof.details["url_hash"] !== urlHash(url)) {
    const reason = `${withoutQuery(url)} never accepted a signed test event.`;
    return open(subject, { reason, fix: test });
  }
  if (!isWithin(facts, proof.lastAt, PROOF_HOURS)) {
    const reason = `${withoutQuery(url)} accepted a signed test event, but more than ${PROOF_HOURS} hours ago.`;
    return open(subject, { reason, fix: test, evidenceAt: proof.lastAt });
  }
  return ok(subject, `${withoutQuery(url)} accepted a signed test event.`, proof.lastAt);
}

export function webhooksApart(facts: Facts): GoLiveItem {
  const subject = {
    key: "webhooks_apart",
    title: "Test and Production have receivers of their own",
    environment: null,
    level: "advising",
  } as const;
  const [test, production] = [facts.test.webhook.url, facts.production.webhook.url];
  if (test === null || production === null) return notApplicable(subject, "Only one side has a webhook URL.");
  if (test !== production) return ok(subject, "The webhook URLs differ.");
  return open(subject, {
    reason: "Both sides send to the same URL: only integration_id tells a Test result from a real one.",
    fix: fix("Give Test an address of its own, or make sure that your receiver looks at integration_id first.", {
      command: commandLine(facts, `deployment set ${facts.deploymentId} --env test --webhook-url URL`),
    }),
  });
}

export function keysApart(facts: Facts): GoLiveItem {
  const subject = {
    key: "keys_apart",
    title: "Keys are not shared between Test and Production",
    environment: null,
    level: "blocking",
  } as const;
  const { apiKey, webhookSecret } = facts.shared;
  if (!apiKey && !webhookSecret) return ok(subject, "API keys and webhook secrets differ.");
  const what = apiKey ? "An API key" : "A webhook secret";
  return open(subject, {
    reason: `${what} is the same in Test and in Production: who holds the one for tests can forge real results.`,
    fix: fix("Rotate the one of Test and tell those who use it.", {
      command: commandLine(facts, `key rotate ${facts.deploymentId} --env test --compromised`),
    }),
  });
}
