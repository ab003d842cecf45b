import type { WebhooksMeasured } from "./cases/webhooks.ts";
import { inWords, type Machine } from "./machine.ts";

export interface WebhooksReport {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly machine: Machine;
  readonly measured: WebhooksMeasured;
}

/** A section of the page docs/performance.md. */
export function renderWebhooks({ at, machine, measured }: WebhooksReport): string {
  const { bare, sustained, besideSilent, webhooks, rounds, width, silentEndpoints } = measured;
  const percent = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;
  const loss = Math.max(0, Math.round(100 * (1 - besideSilent / sustained)));
  return `
## Webhooks

Written by \`npm run bench -- --webhooks\` on ${at.slice(0, 10)}: ${inWords(machine)}.
Server, PostgreSQL (embedded, \`fsync\` on), sender of the baseline and receiver shared this machine, each in a process of its own.
${webhooks.toLocaleString("en")} webhooks to one endpoint, all due at the same moment; the middle one of ${rounds} rounds. \`WEBHOOK_RATE\` is lifted.

| Case | Webhooks/s | Ratio | Target |
|---|---:|---:|---|
| baseline: undici alone posts signed bodies, ${width} at a time | ${bare} | | |
| the server: claimed, guarded, signed, sent, logged | ${sustained} | ${percent(sustained, bare)} of the baseline | ≥ 30 % |
| the same beside ${silentEndpoints} endpoints that hang or are dead | ${besideSilent} | ${loss} % slower | ≤ 10 % |
`;
}
